from pathlib import Path

from django.template.loader import get_template

import wagtail_helpdesk


def test_every_template_compiles():
    root = Path(wagtail_helpdesk.__file__).parent / "templates"
    names = [str(path.relative_to(root)) for path in root.rglob("*.*")]
    assert names
    for name in names:
        get_template(name)
