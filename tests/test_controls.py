"""A control has one value, whichever of its widgets it is set by, and refuses what it does not offer."""

import pytest

from lstm_lab.explorers.controls import PLAYING, Choice, FrameComposer, Slider, TimeStepper

pytestmark = pytest.mark.usefixtures("errors_are_raised")


def test_a_slider_and_its_box_drive_one_value_and_tell_each_other():
    control = Slider("w", 0.5, -1, 1, 0.1)
    control.slider.value = 0.7
    assert (control.value, control.box.value) == (0.7, "0.7")
    control.box.value = "-0.3"
    assert (control.value, control.slider.value) == (-0.3, -0.3)
    control.value = 0.2
    assert (control.box.value, control.slider.value) == ("0.2", 0.2)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("0,4", 0.4), (" 0.44 ", 0.4), ("9", 1.0), ("−0.5", -0.5), ("many", 0.5), ("", 0.5), ("inf", 0.5)],
)
def test_what_is_typed_is_read_with_point_or_comma_or_gives_way_to_the_old_value(typed, value):
    control = Slider("w", 0.5, -1, 1, 0.1)
    control.box.value = typed
    assert (control.value, control.slider.value, control.box.value) == (value, value, f"{value:g}")


@pytest.mark.parametrize(("typed", "value"), [("7.6", 8), ("7,2", 7), ("a", 3), ("99", 10)])
def test_a_step_is_typed_the_same_way(typed, value):
    for control in (TimeStepper("step", 3, last=10), Slider("n", 3, 0, 10, 1)):
        control.box.value = typed
        assert (control.value, control.slider.value, control.box.value) == (value, value, str(value))


def test_a_slider_whose_lowest_value_rises_takes_its_value_along():
    control = Slider("n", 0, 0, 10, 1)
    control.start_at(1)
    assert (control.value, control.slider.value, control.box.value) == (1, 1, "1")
    control.value = 0
    assert control.value == 1 and control.ends() == (1, 10)
    control.start_at(0)
    control.value = 0
    assert control.value == 0


def test_the_slider_in_the_hand_is_never_written_back_to():
    control = Slider("w", 0.5, -3, 3, 0.05)
    control.slider.value = 1.2000000000000002
    assert control.slider.value == 1.2000000000000002
    assert (control.value, control.box.value) == (1.2, "1.2")


def test_whole_steps_make_whole_numbers():
    control = Slider("n", 3, 0, 10, 1)
    control.value = 4.2
    assert control.value == 4
    assert isinstance(control.value, int)


def test_a_choice_refuses_what_it_does_not_offer():
    control = Choice("activation", "tanh", ("tanh", "relu"))
    control.picker.value = "relu"
    assert control.value == "relu"
    with pytest.raises(Exception, match=r"^activation must be one of tanh, relu, got 'step'$"):
        control.value = "step"


def test_a_composer_appends_takes_back_clears_and_has_an_end():
    show = FrameComposer("show", ("bear",), ("wolf", "bear"), longest=3)
    off = lambda: [button.description for button in show.children[1:] if button.disabled]  # noqa: E731
    assert off() == []
    show.buttons["wolf"].click()
    assert show.value == ("bear", "wolf")
    show.add("wolf")
    show.add("bear")
    assert show.value == ("bear", "wolf", "wolf")
    assert off() == ["wolf", "bear"]
    show.back.click()
    assert show.count.value == "show, 2 of 3"
    show.clear.click()
    assert show.value == ()
    assert off() == ["Take back", "Clear"]
    show.value = ("bear",) * 9
    assert show.value == ("bear",) * 3
    with pytest.raises(Exception, match=r"^show must hold pictures of wolf, bear, got 'cat'$"):
        show.value = ("cat",)


def test_time_stops_at_both_ends_and_does_not_start_by_itself():
    stepper = TimeStepper("step", 1, last=2)
    assert not stepper.playing.value
    for _ in range(4):
        stepper.forward.click()
    assert (stepper.value, stepper.slider.value, stepper.clock.value) == (2, 2, 2)
    for _ in range(4):
        stepper.backward.click()
    assert stepper.value == 0
    stepper.clock.value = 1
    assert (stepper.value, stepper.slider.value) == (1, 1)
    stepper.value = 2
    stepper.playing.value = True
    assert (stepper.value, getattr(stepper.clock, PLAYING)) == (0, True)
    stepper.stop()
    assert not getattr(stepper.clock, PLAYING)
    stepper.value = 2
    stepper.reach(1)
    assert (stepper.value, stepper.slider.max) == (1, 1)
