"""A column for text that people write in Markdown, and that is written with a little help."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField


class MarkdownField(Text):
    """Text that `clusterix.lib.markdown` renders; to the database it is text like any other."""

    def deconstruct(self) -> Any:
        """What migrations write down."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options

    def formfield(self, **options: Any) -> Any:  # type: ignore[override] # any field will do
        """A text box that `static/js/markdown.js` recognises."""
        field: Any = super().formfield(**options)
        field.widget.attrs["data-markdown"] = ""
        return field
