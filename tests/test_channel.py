"""A long channel is written in a short line, and one button adds many pictures."""

import numpy as np
import pytest

from lstm_lab.explorers.channel import ChannelComposer, in_runs, show_in

KINDS = ("bear", "fox", "tree", "title card", "?")


def test_what_is_written_in_runs_is_read_back():
    rng = np.random.default_rng(0)
    for _ in range(50):
        show = tuple(str(kind) for kind in rng.choice(KINDS, rng.integers(0, 30)))
        assert show_in(in_runs(show), KINDS) == show


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Bears", "bear"),
        ("3 foxes", "3 fox"),
        ("2 × tree , face", "2 tree, ?"),
        ("2x tree,, 3 Title Cards", "2 tree, 3 title card"),
        ("tree, tree", "2 tree"),
        ("0 tree, bear", "bear"),
        ("", ""),
    ],
)
def test_a_reader_may_write_capitals_plurals_and_face(written, meant):
    assert in_runs(show_in(written, KINDS)) == meant


@pytest.mark.parametrize("run", ["cat", "3", "3 cats", "tree bear"])
def test_a_picture_there_is_not_is_named_with_those_there_are(run):
    with pytest.raises(ValueError) as caught:
        show_in(f"bear, {run}", KINDS)
    assert str(caught.value) == f"there is no picture {run!r}; there are bear, fox, tree, title card, ?"


def composer(value: str = "bear") -> ChannelComposer:
    return ChannelComposer("channel", value, KINDS, longest=200)


def test_a_button_adds_as_many_as_are_chosen_and_no_more_than_there_is_room_for():
    channel = composer()
    for times, length in ((10, 11), (50, 61), (50, 111), (50, 161), (50, 200)):
        channel.times.value = times
        channel.buttons["tree"].click()
        assert len(channel.show()) == length
        assert channel.count.value == f"{length} of 200"
    assert channel.value == channel.line.value == "bear, 199 tree"
    assert all(button.disabled for button in channel.buttons.values())


def test_a_run_is_taken_back_at_once_and_everything_is_cleared():
    channel = composer("bear, 150 tree, ?")
    channel.back.click()
    channel.back.click()
    assert channel.value == "bear"
    channel.clear.click()
    assert (channel.value, channel.show()) == ("", ())
    assert channel.back.disabled and channel.clear.disabled


def test_a_channel_can_be_written_and_what_cannot_be_read_stays_with_a_word_on_what_is_wrong():
    channel = composer()
    channel.line.value = "Bear, 150 trees, face"
    assert channel.value == channel.line.value == "bear, 150 tree, ?"
    channel.line.value = "bear, 3 cats"
    assert channel.value == "bear, 150 tree, ?"
    assert channel.line.value == "bear, 3 cats"
    assert channel.count.value == "There is no picture '3 cats'"
    channel.line.value = "bear, 3 trees"
    assert (channel.value, channel.count.value) == ("bear, 3 tree", "4 of 200")


def test_a_channel_longer_than_there_is_room_for_ends_there():
    channel = composer()
    channel.value = "bear, 5000 tree"
    assert channel.value == "bear, 199 tree"


def test_setting_a_picture_there_is_not_is_refused():
    with pytest.raises(
        Exception, match=r"^there is no picture 'cat'; there are bear, fox, tree, title card, \?$"
    ):
        composer().value = "cat"


def test_its_ends_and_what_it_draws_are_channels():
    channel, rng = composer(), np.random.default_rng(3)
    assert [len(show_in(end, KINDS)) for end in channel.ends()] == [0, 200, 200]
    lengths = []
    for _ in range(60):
        channel.value = drawn = channel.draw(rng)
        assert channel.value == drawn
        lengths.append(len(channel.show()))
    assert max(lengths) > 100 and min(lengths) < 20
