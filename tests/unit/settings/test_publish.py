"""Bundles as settings: a name is a folder's, and leads nowhere else."""

import pytest
from pydantic import ValidationError

from veille.settings.publish import PublishSettings


@pytest.mark.parametrize("name", ["..", "../open/x", "a/b", "", "É", "a b", "-a", "a\n", "a" * 61])
def test_a_bundle_s_name_is_a_plain_folder(name):
    with pytest.raises(ValidationError):
        PublishSettings(bundles=[{"name": name, "title": "T"}])


def test_names_are_used_once_and_access_is_private_unless_said():
    one = {"name": "releve-estrie", "title": "Relève"}
    assert PublishSettings(bundles=[one]).bundles[0].access == "private"
    with pytest.raises(ValidationError, match="releve-estrie"):
        PublishSettings(bundles=[one, one])


@pytest.mark.parametrize(
    "url", ["veille.example.org", "ftp://a.org", "https://a.org/?x=1", "https://a b"]
)
def test_an_address_is_one(url):
    with pytest.raises(ValidationError):
        PublishSettings(feeds_url=url)
