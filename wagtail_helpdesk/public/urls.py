from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("t/<str:token>/", lambda request, token: HttpResponse(""), name="open_link")]
