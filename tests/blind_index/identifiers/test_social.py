import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_index.errors import InputError
from blind_index.identifiers.social import read_social

handles = st.from_regex(r"[a-z0-9_][a-z0-9_]{2,12}", fullmatch=True)


@given(handles)
def test_every_spelling_of_an_account_gives_one_account(handle):
    plain = ("instagram", handle)
    for typed, platform in (
        (f"@{handle}", "instagram"),
        (handle.upper(), "Instagram"),
        (f"IG: @{handle}", None),
        (f"insta {handle}", None),
        (f"https://www.instagram.com/{handle}/?hl=en", None),
        (f"instagram.com/{handle}#", "x"),
        (f"m.threads.net/@{handle}", None),
    ):
        assert read_social(typed, platform) == plain


@given(handles, handles)
def test_different_handles_stay_different(some, other):
    assert (read_social(some, "x") == read_social(other, "x")) == (some == other)


@pytest.mark.parametrize(
    ("typed", "platform", "account"),
    [
        ("mobile.twitter.com/Ann_L/status/17", None, ("x", "ann_l")),
        ("facebook.com/profile.php?id=1000444&ref=b", None, ("facebook", "1000444")),
        ("fb.com/ann.lee", None, ("facebook", "annlee")),
        ("uk.linkedin.com/in/ann-lee-1a2b?trk=x", None, ("linkedin", "ann-lee-1a2b")),
        ("https://www.tiktok.com/@ann.lee/video/7", None, ("tiktok", "ann.lee")),
        ("snapchat.com/add/annlee", None, ("snapchat", "annlee")),
        ("https://t.me/annlee", None, ("telegram", "annlee")),
        ("reddit.com/user/annlee/", None, ("reddit", "annlee")),
        ("youtube.com/channel/UCabc", None, ("youtube", "ucabc")),
        ("annlee.bsky.social", "bluesky", ("bluesky", "annlee")),
        ("X - ann_lee", None, ("x", "ann_lee")),
        ("@ann-lee", "linkedin", ("linkedin", "ann-lee")),
        ("@annlee", None, ("", "annlee")),
        ("@annlee", "no such place", ("", "annlee")),
    ],
)
def test_links_and_labels_name_the_platform(typed, platform, account):
    assert read_social(typed, platform) == account


@pytest.mark.parametrize("typed", ["", "@", "...", "https://instagram.com/", "!"])
def test_what_names_no_account_is_refused(typed):
    with pytest.raises(InputError, match="no account name"):
        read_social(typed, "instagram")
