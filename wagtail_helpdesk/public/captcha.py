"""The captcha of django-simple-captcha, with another way in for who can't see the picture.

The visitor chooses between a picture (with sound, where the site has set up flite) and a question
in words. Both are rows of the package's store; both are valid for thirty minutes and for one try.
"""

import random
import secrets
from dataclasses import dataclass
from datetime import timedelta

from captcha.conf import settings as captcha_settings
from captcha.fields import CaptchaField
from captcha.models import CaptchaStore
from django.forms import HiddenInput, MultiValueField, MultiWidget, TextInput, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

PICTURE, QUESTION = "picture", "question"
VALID = timedelta(minutes=30)

_NUMBERS = {
    1: pgettext_lazy("number in a sum", "one"),
    2: pgettext_lazy("number in a sum", "two"),
    3: pgettext_lazy("number in a sum", "three"),
    4: pgettext_lazy("number in a sum", "four"),
    5: pgettext_lazy("number in a sum", "five"),
    6: pgettext_lazy("number in a sum", "six"),
    7: pgettext_lazy("number in a sum", "seven"),
    8: pgettext_lazy("number in a sum", "eight"),
    9: pgettext_lazy("number in a sum", "nine"),
}


@dataclass(frozen=True)
class Challenge:
    """What is asked. ``question`` is empty for a picture."""

    kind: str
    key: str
    question: str = ""
    image: str = ""
    audio: str = ""


def new_challenge(kind: str) -> Challenge:
    """Make and store a challenge. Writes one row."""
    if kind == QUESTION:
        first, second = random.SystemRandom().sample(list(_NUMBERS), 2)
        key = _store(f"{first}+{second}", str(first + second))
        question = _("What is %(first)s plus %(second)s?") % {
            "first": _NUMBERS[first],
            "second": _NUMBERS[second],
        }
        return Challenge(QUESTION, key, question=question)
    key = _store(*captcha_settings.get_challenge()())
    audio = reverse("captcha-audio", args=[key]) if captcha_settings.CAPTCHA_FLITE_PATH else ""
    return Challenge(PICTURE, key, image=reverse("captcha-image", args=[key]), audio=audio)


def _store(challenge: str, response: str) -> str:
    CaptchaStore.remove_expired()
    # The package's own default of five minutes is short for a complaint.
    row = CaptchaStore.objects.create(
        challenge=challenge,
        response=response,
        hashkey=secrets.token_hex(20),
        expiration=timezone.now() + VALID,
    )
    return row.hashkey


class AnswerWidget(MultiWidget):
    """Reads the package's two inputs. The template draws them, since it knows the challenge."""

    def __init__(self):
        super().__init__([HiddenInput, TextInput])

    def decompress(self, value):
        return [None, None]

    def id_for_label(self, id_):
        return f"{id_}_1" if id_ else id_


class AnswerField(CaptchaField):
    def __init__(self, kind: str):
        wrong, missing = _MESSAGES[kind]
        super().__init__(
            widget=AnswerWidget(),
            error_messages={"invalid": wrong, "required": missing, "incomplete": missing},
        )

    def clean(self, value):
        """Use the challenge up. In one statement: of two clicks at once, one finds it gone.

        The package's own ``clean`` reads, deletes and sweeps; here sweeping is left to who makes one.
        """
        key, answer = MultiValueField.clean(self, value).split(",", 1)
        answer = answer.strip().lower()
        if captcha_settings.CAPTCHA_TEST_MODE and answer == "passed":
            return key
        asked = CaptchaStore.objects.filter(hashkey=key)
        used, _rows = asked.filter(response=answer, expiration__gt=timezone.now()).delete()
        if not used:
            asked.delete()  # one try, whatever the answer
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return key


_MESSAGES = {
    PICTURE: (
        gettext_lazy("The letters were not those in the picture. Enter the letters in the new one"),
        gettext_lazy("Enter the letters in the picture"),
    ),
    QUESTION: (
        gettext_lazy("The answer was not right. Answer the new question"),
        gettext_lazy("Answer the question with a number"),
    ),
}
