"""Files as they arrive: never more than the limit in memory or on disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps a file of up to ``UPLOAD_LIMIT`` bytes; of a longer one, only that it was too long.

    The rest of a longer file is read from the network and dropped, so that the browser gets the
    form back with an error instead of a broken connection; the other fields are kept.
    ``request.files_too_large`` names the fields concerned.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_LIMIT:
            too_large: set[str] = getattr(self.request, "files_too_large", set())
            self.request.files_too_large = too_large | {self.field_name}  # type: ignore[union-attr]
            self.file.close()
            raise SkipFile
        super().receive_data_chunk(raw_data, start)
