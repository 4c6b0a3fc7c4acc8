"""What our pages are measured against: an empty page, and Wagtail's own form page with a captcha."""

from captcha.fields import CaptchaField
from modelcluster.fields import ParentalKey
from wagtail.contrib.forms.forms import FormBuilder
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField
from wagtail.models import Page


class EmptyPage(Page):
    template = "benchmarks/empty_page.html"


class CaptchaFormBuilder(FormBuilder):
    @property
    def formfields(self):
        return {**super().formfields, "captcha": CaptchaField()}


class FormField(AbstractFormField):
    page = ParentalKey("FormPage", related_name="form_fields")


class FormPage(AbstractForm):
    template = "benchmarks/form_page.html"
    landing_page_template = "benchmarks/empty_page.html"
    form_builder = CaptchaFormBuilder

    def process_form_submission(self, form):
        form.cleaned_data.pop("captcha", None)
        return super().process_form_submission(form)
