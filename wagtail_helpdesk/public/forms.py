"""The forms that visitors fill in."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from ..conf import helpdesk_settings
from ..models import ComplaintType, Contact
from .captcha import AnswerField
from .fields import EmailField, LineField, PhoneField, TextField

TOO_LONG = _(
    "This text is %(show_value)d characters long. Shorten it to %(limit_value)d characters or fewer"
)


class VisitorForm(forms.Form):
    """Our own wording, no asterisks, and the browser's own checks left out: the server says what is missing."""

    use_required_attribute = False

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every error once, as (id of the field, message), in the order of the fields."""
        return [
            (self.id_of(name), message)
            for name in [NON_FIELD_ERRORS, *self.fields]
            for message in self.errors.get(name, [])
        ]

    def id_of(self, name: str) -> str:
        """The id that a link in the error summary leads to; empty for the form as a whole."""
        return self[name].id_for_label if name in self.fields else ""

    def add_errors(self, name: str | None, messages) -> None:
        for message in messages:
            self.add_error(name if name in self.fields else None, message)

    def add_refusal(self, error: ValidationError) -> None:
        """What an operation refused, at the fields that it names."""
        by_field = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, messages in by_field.items():
            self.add_errors(name, messages)


class TypeField(forms.ModelChoiceField):
    """The types of this site, named in the visitor's language."""

    def __init__(self, site, **kwargs):
        types = ComplaintType.objects.offered_on(site).select_related("level")
        super().__init__(queryset=types, **kwargs)
        # The names cost a query of their own, and only the form that is shown needs them.
        self.iterator = _NamedTypes
        self.widget.choices = self.choices

    def label_from_instance(self, obj) -> str:
        return obj.name_in()


class _NamedTypes(forms.models.ModelChoiceIterator):
    def __init__(self, field):
        super().__init__(field)
        self.queryset = field.queryset.prefetch_related("names")


def _about_the_person() -> dict[str, forms.Field]:
    email_optional = helpdesk_settings.EMAIL_OPTIONAL
    name = LineField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Enter your name"), "max_length": TOO_LONG},
    )
    name.widget.attrs["autocomplete"] = "name"
    email = EmailField(
        label=_("E-mail address"),
        help_text=_("We answer to this address."),
        required=not email_optional,
        error_messages={"required": _("Enter your e-mail address")},
    )
    phone = PhoneField(region=helpdesk_settings.PHONE_REGION, required=False)
    if email_optional:
        phone.label = _("Telephone number")
        phone.help_text = _("An e-mail address or a telephone number is enough.")
    else:
        phone.label = _("Telephone number (optional)")
    return {"name": name, "email": email, "phone": phone}


def _about_the_matter(site: Site) -> dict[str, forms.Field]:
    complaint_type = TypeField(
        site,
        label=_("What is it about?"),
        empty_label=_("Select a type"),
        error_messages={
            "required": _("Select what it is about"),
            "invalid_choice": _("Select what it is about: the type you chose is no longer offered"),
        },
    )
    body = TextField(
        label=_("Your complaint or question"),
        help_text=_("Say what happened, where, and since when."),
        max_length=helpdesk_settings.BODY_MAX_LENGTH,
        error_messages={"required": _("Enter your complaint or question"), "max_length": TOO_LONG},
    )
    subject = LineField(
        label=_("Subject (optional)"),
        help_text=_("In a few words. Without one we take the first words of your text."),
        required=False,
        max_length=helpdesk_settings.SUBJECT_MAX_LENGTH,
        error_messages={"max_length": TOO_LONG},
    )
    return {"complaint_type": complaint_type, "body": body, "subject": subject}


class ComplaintForm(VisitorForm):
    """A complaint or question. Files are received before (``uploads``), since they outlive a failed form."""

    attachments = forms.Field(label=_("Files (optional)"), required=False)
    consent = forms.BooleanField(
        label=_("I agree that these details are used to answer me."),
        error_messages={"required": _("Select the box to agree that your details are used")},
    )
    # Robots fill in what is called like this; people don't see it.
    website = forms.CharField(required=False)

    def __init__(self, data=None, *, site: Site, captcha: str | None = None, **kwargs):
        """``captcha`` is the kind of challenge that was asked; ``None`` where none need be answered."""
        super().__init__(data, **kwargs)
        self.fields = {**_about_the_person(), **_about_the_matter(site), **self.fields}
        if captcha:
            self.fields["captcha"] = AnswerField(captcha)

    def clean(self):
        cleaned = super().clean()
        reachable = cleaned.get("email") or cleaned.get("phone")
        if not reachable and not {"email", "phone"} & set(self.errors):
            self.add_error("email", gettext("Enter an e-mail address or a telephone number"))
        return cleaned

    def contact(self) -> Contact:
        """Who asks, not saved."""
        return Contact(
            name=self.cleaned_data["name"],
            email=self.cleaned_data["email"],
            phone=self.cleaned_data["phone"],
        )


class ReplyForm(VisitorForm):
    """An answer in the conversation; with ``reopening``, what is still wrong, which may be left unsaid."""

    def __init__(self, data=None, *, reopening: bool = False, **kwargs):
        super().__init__(data, **kwargs)
        self.fields = {
            "body": TextField(
                label=_("What is still wrong? (optional)") if reopening else _("Your message"),
                rows=5,
                max_length=helpdesk_settings.BODY_MAX_LENGTH,
                required=not reopening,
                error_messages={"required": _("Enter your message"), "max_length": TOO_LONG},
            ),
            "attachments": forms.Field(label=_("Files (optional)"), required=False),
        }


class LookupForm(VisitorForm):
    """Reference and e-mail address; the telephone number for who has no address."""

    reference = LineField(
        label=_("Reference"),
        error_messages={"required": _("Enter your reference")},
    )
    email = LineField(label=_("E-mail address"), required=False)
    phone = LineField(
        label=_("Telephone number"),
        help_text=_("Only if you gave no e-mail address."),
        required=False,
    )

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["reference"].help_text = gettext(
            "It looks like %(example)s. Capitals, spaces and hyphens make no difference."
        ) % {"example": f"{helpdesk_settings.REFERENCE_PREFIX}-7K3QM-9XW2R"}
        self.fields["reference"].widget.attrs |= {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        }
        self.fields["email"].widget.attrs |= {
            "autocomplete": "email",
            "inputmode": "email",
            "spellcheck": "false",
        }
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error("email", gettext("Enter the e-mail address that you gave us"))
        return cleaned


class LostReferenceForm(VisitorForm):
    email = EmailField(
        label=_("E-mail address"),
        help_text=_("The one that you gave us."),
        error_messages={"required": _("Enter your e-mail address")},
    )
