"""What a browser keeps of an administrator."""

from __future__ import annotations

from attrs import field, frozen


@frozen(kw_only=True)
class BrowserSession:
    """What a browser keeps of an administrator, sealed.

    Attributes:
        token: What `LogIn` has issued; it says who may do what until when.
        form_key: What every change has to come with; only our own pages know it.
    """

    token: str = field(repr=False)
    form_key: str = field(repr=False)
