from blind_index.identifiers.name import short_forms
from blind_index.identifiers.sound import soft
from tests.blind_index import nickname_table


def test_the_table_of_english_nicknames_is_what_its_package_says():
    assert nickname_table.TABLE.read_text("utf-8") == nickname_table.rendered()


def test_a_nickname_of_several_names_meets_each_of_them():
    assert {soft("elizabeth"), soft("lisa")} <= set(short_forms("liz"))
    assert {soft("john"), soft("jacob")} <= set(short_forms("jack"))


def test_the_relation_is_no_equivalence():
    assert not set(short_forms("john")) & set(short_forms("jacob"))
    assert not set(short_forms("robert")) & set(short_forms("bill"))


def test_the_notice_names_the_version_in_the_table():
    notice = nickname_table.TABLE.with_name("NOTICE").read_text("utf-8")
    assert nickname_table.version("nicknames") in notice
