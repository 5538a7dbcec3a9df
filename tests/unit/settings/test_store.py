"""The settings `store`, `store_data` and `share`: where the store is; a password is not told."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from veille.config import Settings, load_settings
from veille.errors import ConfigError
from veille.settings.store import Lake
from veille.sharing import Share

LAKE = "ducklake:postgres:dbname=veille host=db.example.org user=veille"


def test_a_store_is_a_file_unless_told():
    assert Settings().place(Path("/w")) == Path("/w/var/watch.duckdb")


def test_a_lake_is_found_by_its_catalogue_and_its_folder():
    place = Settings(store=LAKE, store_data="/mnt/veille", share="2/3").place(Path("/w"))
    assert place == Lake(
        "postgres:dbname=veille host=db.example.org user=veille",
        Path("/mnt/veille"), Path("/w/var/watch.tmp"), Share(2, 3),
    )  # fmt: skip
    assert str(place) == LAKE


@pytest.mark.parametrize(
    "faulty",
    [
        {"store": "var/other.duckdb"},
        {"store": "ducklake:postgres:"},
        {"store": "ducklake:catalogue.ducklake", "store_data": "d"},
        {"store": LAKE},
        {"share": "1/2"},
        {"store": LAKE, "store_data": "d", "share": "3/2"},
    ],
)
def test_what_cannot_be_is_refused(faulty):
    with pytest.raises(ValidationError):
        Settings(**faulty)


@pytest.mark.parametrize(
    "store",
    [
        f"{LAKE} password=s3cret",
        f"{LAKE} password = 's3cret'",
        f"{LAKE} sslpassword=s3cret",
        f"{LAKE} PASSWORD=s3cret",  # libpq would refuse it, and the error repeat it
        "ducklake:postgres:postgresql://db.example.org/veille?pass%77ord=s3cret",
        "ducklake:postgres:postgresql://veille:s3cret@db.example.org/veille",
        "ducklake:postgres:postgresql://veille:s3cret/x@db.example.org/veille",
        "postgresql://veille:s3cret@db.example.org/veille",
    ],
)
def test_a_password_is_refused_and_not_repeated(tmp_path, store):
    config = tmp_path / "config.yaml"
    config.write_text(f'veille: {{schema: 1}}\nstore: "{store}"\nstore_data: /d\n', "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(config)
    assert "s3cret" not in f"{refused.value} {refused.value.faults}"
    assert "store: " in f"{refused.value.faults}"
