from django.urls import path

from . import views

app_name = "demo_mail"
urlpatterns = [
    path("", views.message_list, name="list"),
    path("<slug:name>/", views.message_detail, name="detail"),
    path("<slug:name>/html/", views.message_html, name="html"),
]
