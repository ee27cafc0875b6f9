"""Boxes, and where there is room beside them."""

import time

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adstudio.boxes.box import Box, mask_of
from adstudio.boxes.room import Limits, Proposal, propose

# A box has six decimals, which in these frames is far less than a pixel.
CLOSE = 1e-5


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Box(0, 0, 1, 1), Box(0, 0, 1, 1), 1.0),
        (Box(0, 0, 0.5, 1), Box(0.5, 0, 1, 1), 0.0),
        # Two unit squares shifted by half a side: 1/2 over 3/2.
        (Box(0, 0, 0.4, 0.4), Box(0.2, 0, 0.6, 0.4), 1 / 3),
        # A quarter of each: 1/4 over 7/4.
        (Box(0, 0, 0.4, 0.4), Box(0.2, 0.2, 0.6, 0.6), 1 / 7),
        (Box(0, 0, 1, 1), Box(0.25, 0.25, 0.75, 0.75), 0.25),
        (Box(0, 0, 0, 0), Box(0, 0, 0, 0), 0.0),
    ],
)
def test_iou_is_intersection_over_union(one: Box, other: Box, expected: float) -> None:
    assert one.iou(other) == pytest.approx(expected)
    assert other.iou(one) == pytest.approx(expected)


fractions = st.floats(0, 1)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, x1 = sorted((draw(fractions), draw(fractions)))
    y0, y1 = sorted((draw(fractions), draw(fractions)))
    return Box(x0, y0, x1, y1)


@st.composite
def masks(draw: st.DrawFn) -> NDArray[numpy.uint8]:
    width, height = draw(st.integers(64, 300)), draw(st.integers(64, 300))
    return mask_of(draw(st.lists(boxes(), max_size=6)), width, height)


limits = st.builds(Limits, st.floats(0.1, 1), st.floats(0.05, 1), st.integers(1, 12), st.floats(0, 0.5))


def _counted(mask: NDArray[numpy.uint8], proposal: Proposal) -> tuple[float, float]:
    """IoU with what is forbidden, and the share that is, pixel by pixel."""
    left, top, right, bottom = proposal.box.pixels(mask.shape[1], mask.shape[0])
    covered = int(numpy.count_nonzero(mask[top:bottom, left:right]))
    area = (right - left) * (bottom - top)
    return covered / (area + int(numpy.count_nonzero(mask)) - covered), covered / area


@settings(max_examples=60, deadline=None)
@given(masks(), limits)
def test_every_proposal_is_in_the_frame_large_enough_and_within_the_limit_or_flagged(
    mask: NDArray[numpy.uint8], wanted: Limits
) -> None:
    proposals = propose(mask, wanted)
    assert 1 <= len(proposals) <= wanted.proposals
    for proposal in proposals:
        box = proposal.box
        assert 0 <= box.x0 < box.x1 <= 1
        assert 0 <= box.y0 < box.y1 <= 1
        assert box.x1 - box.x0 >= wanted.width - CLOSE
        assert box.y1 - box.y0 >= wanted.height - CLOSE
        assert (proposal.forbidden_iou, proposal.forbidden_share) == pytest.approx(_counted(mask, proposal), abs=CLOSE)
        if not proposal.over_limit:
            assert max(proposal.forbidden_iou, proposal.forbidden_share) <= wanted.forbidden_iou + CLOSE
    if any(proposal.over_limit for proposal in proposals):
        assert len(proposals) == 1


@settings(max_examples=20, deadline=None)
@given(masks(), limits)
def test_the_same_mask_and_limits_give_the_same_proposals_best_first(
    mask: NDArray[numpy.uint8], wanted: Limits
) -> None:
    proposals = propose(mask, wanted)
    assert proposals == propose(mask.copy(), wanted)
    assert [proposal.score for proposal in proposals] == sorted((p.score for p in proposals), reverse=True)
    for number, proposal in enumerate(proposals):
        assert all(proposal.box.iou(other.box) <= 0.5 + CLOSE for other in proposals[:number])


def test_where_nothing_is_forbidden_the_largest_is_the_best() -> None:
    best, *others = propose(numpy.zeros((300, 400), numpy.uint8), Limits())
    assert best.score == best.box.area == pytest.approx(0.94 * 0.5, abs=0.01)
    assert all(other.box.area <= best.box.area for other in others)


def test_the_text_goes_where_the_object_is_not() -> None:
    best = propose(mask_of([Box(0, 0.4, 1, 1)], 400, 300), Limits())[0]
    assert (best.group, best.forbidden_share, best.over_limit) == ("top-center", 0, False)
    assert best.box.y1 <= 0.4


def test_a_small_object_is_not_hidden_by_a_large_rectangle() -> None:
    small = Box(0.48, 0.48, 0.52, 0.52)
    assert propose(mask_of([small], 1000, 800), Limits())[0].box.intersection(small) == 0


def test_where_all_is_forbidden_the_one_proposal_is_flagged() -> None:
    (only,) = propose(numpy.ones((200, 300), numpy.uint8), Limits())
    assert only.over_limit
    assert only.forbidden_share == 1


def test_a_photograph_of_ordinary_size_is_planned_within_a_tenth_of_a_second() -> None:
    mask = mask_of([Box(0.1, 0.1, 0.3, 0.4), Box(0.6, 0.5, 0.9, 0.95)], 1024, 768)
    seconds = []
    for _ in range(5):
        began = time.process_time()
        propose(mask, Limits())
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.1
