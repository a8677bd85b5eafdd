from tests.blind_index import web_tables
from tests.match_data import vectors


def test_the_javascript_copy_of_the_tables_is_up_to_date():
    assert web_tables.COPY.read_text("utf-8") == web_tables.rendered()


def test_match_keys_are_still_those_of_the_shared_vectors():
    assert vectors.FILE.read_text("utf-8") == vectors.rendered()
