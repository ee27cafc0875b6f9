"""What can be set as text, and how it is broken into lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adstudio.text.copy import checked
from adstudio.text.fonts import font
from adstudio.text.layout import LARGEST, SMALLEST, fit
from commandline.exit_codes import CliError, ExitCode


@pytest.mark.parametrize("style", ["sans", "serif"])
@pytest.mark.parametrize(
    "text", ["지금 예매하세요", "똠방각하 펲시콜라 뷁", "Night shift, 50 % off: “now” for only 9 €!", "Crème brûlée"]
)
def test_korean_and_latin_letters_are_in_both_fonts(text: str, style: str) -> None:
    assert checked(text, "text", 200, style) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the text is empty"),
        (" \n\t ", "the text is empty"),
        ("x" * 201, "has 201 characters; at most 200"),
        ("Summer sale \N{FIRE}", r"lacks: FIRE \(U\+1F525\)"),
        ("family \U0001f468\u200d\U0001f469\u200d\U0001f467", "lacks: MAN"),
        ("مرحبا بالعالم", "from right to left"),
        ("שלום sale", "from right to left"),
        ("sale \u202eelas", "from right to left"),
        ("สวัสดี", "the font lacks"),
        ("bell \x07", "the font lacks"),
    ],
)
def test_what_cannot_be_set_is_refused_as_input_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(CliError, match=reason) as refusal:
        checked(text, "text", 200, "sans")
    assert refusal.value.code == ExitCode.INPUT_ERROR


def test_letters_are_composed_and_spaces_joined() -> None:
    assert checked("\u1112\u1161\u11ab\u1100\u1173\u11af  ad\n now", "text", 200, "sans") == "한글 ad now"


def test_a_short_text_is_set_in_the_largest_size() -> None:
    layout = fit("Sale", None, "sans", 800, 200)
    assert layout is not None
    assert (layout.font_size, layout.lines) == (LARGEST, ("Sale",))


def test_sizes_go_down_in_steps_of_two_until_the_text_fits() -> None:
    text = "A quiet place for your coffee, all day long"
    layout = fit(text, None, "sans", 500, 140)
    assert layout is not None
    assert SMALLEST <= layout.font_size < LARGEST
    assert layout.font_size % 2 == 0
    assert fit(text, None, "sans", 500, 140, largest=layout.font_size) == layout
    assert " ".join(layout.lines) == text


def test_lines_are_about_equally_long() -> None:
    layout = fit("one two three four five six seven eight", None, "sans", 420, 130)
    assert layout is not None
    widths = [font("sans", layout.font_size).getlength(line) for line in layout.lines]
    assert len(widths) > 1
    assert min(widths) > 0.5 * max(widths)


def test_a_text_that_does_not_fit_even_in_the_smallest_size_fits_nowhere() -> None:
    assert fit("x" * 200, None, "sans", 200, 60) is None


def test_a_word_longer_than_a_line_is_broken() -> None:
    layout = fit("가나다라마바사아자차카타파하" * 4, None, "sans", 300, 400)
    assert layout is not None
    assert "".join(layout.lines) == "가나다라마바사아자차카타파하" * 4


def test_the_call_to_action_takes_its_room_beneath() -> None:
    without, having = fit("Sale", None, "sans", 800, 300), fit("Sale", "Buy now", "sans", 800, 300)
    assert without is not None
    assert having is not None
    assert having.height > without.height
    assert having.cta_width < 800


@settings(max_examples=60, deadline=None)
@given(
    st.text("가나다 한글 abc XYZ,.!", min_size=1, max_size=80).map(lambda text: " ".join(text.split())).filter(bool),
    st.integers(60, 900),
    st.integers(30, 500),
)
def test_what_fits_is_whole_and_within_its_area(text: str, width: int, height: int) -> None:
    layout = fit(text, None, "sans", width, height)
    if layout is not None:
        assert "".join(layout.lines).replace(" ", "") == text.replace(" ", "")
        assert layout.width <= width
        assert layout.height <= height
        assert all(font("sans", layout.font_size).getlength(line) <= width for line in layout.lines)
