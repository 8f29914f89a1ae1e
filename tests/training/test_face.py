"""Face training: schedule, data, resuming, on tiny made-up images."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backends.preprocessing import InputNumbers, tensor
from training import face, face_mixing
from training.face_config import LABELS, Augmentation, FaceConfig
from training.face_data import MEAN, STD, Faces, augment, load_split, normalise, toy_faces
from training.face_export import read_history
from training.face_model import (
    DropPath,
    PointwiseConv,
    WeightAverage,
    build,
    drop_paths,
    optimizer_for,
    settle_norms,
    speed_up_pointwise,
)
from training.face_schedule import rate_now
from training.face_state import Best, RunState, load_best, read_best, read_state

TINY = FaceConfig(
    "tiny", "cnn3", ((24, 2), (32, 2)), batch=14, peak_lr=3e-3, ema_steps=8, ema_every=2, bfloat16=False, seed=3
)


@pytest.fixture(scope="module")
def toy() -> tuple[Faces, Faces]:
    return toy_faces(12, 1), toy_faces(4, 2)


def test_the_head_alone_and_the_whole_network_each_get_a_cycle_of_their_own() -> None:
    config = dataclasses.replace(TINY, stages=((24, 5),), head_epochs=2, head_lr=0.2, peak_lr=0.1, warmup=0.25)
    state = RunState(config, config.epoch_sizes)
    rates = []
    for state.step in (0, 2, 5, 20, 23, 50):  # 20 steps for the head, then 30
        rates.append(rate_now(config, state, steps_per_epoch=10))
    assert rates == pytest.approx([0.01, 0.086, 0.2, 0.005, 0.043, 0.0])


def test_a_shortened_schedule_goes_on_from_where_it_was_and_still_ends_at_one() -> None:
    state = RunState(TINY, TINY.epoch_sizes, epoch=2, step=20)
    before = state.progress(20, steps_per_epoch=10)
    state.replace_rest(((32, 1),), steps_per_epoch=10)
    assert state.epoch_sizes == (24, 24, 32)
    assert before == state.progress(20, steps_per_epoch=10) == 0.5
    assert state.progress(25, steps_per_epoch=10) == 0.75
    assert state.progress(30, steps_per_epoch=10) == 1.0


def test_loss_falls_and_the_toy_classes_are_learned(toy: tuple[Faces, Faces], tmp_path: Path) -> None:
    config = dataclasses.replace(TINY, stages=((24, 20),))
    run = face.Run(config, *toy, tmp_path)
    first = torch.nn.functional.cross_entropy(face.predict(run.model, toy[0], 24), toy[0].labels).item()
    accuracy = run.train()
    last = torch.nn.functional.cross_entropy(face.predict(run.average.model, toy[0], 24), toy[0].labels).item()
    assert last < 0.5 * first
    assert accuracy > 0.5, "seven classes: chance is 0.14"


def test_resuming_gives_the_weights_of_an_uninterrupted_run(toy: tuple[Faces, Faces], tmp_path: Path) -> None:
    config = dataclasses.replace(TINY, stages=((16, 2), (24, 1)))
    whole = face.Run(config, *toy, tmp_path / "whole")
    whole.train()
    face.Run(config, *toy, tmp_path / "parts").train(stop_after=2)
    assert read_state(tmp_path / "parts").epoch == 2
    parts = face.Run(config, *toy, tmp_path / "parts")
    parts.train()
    for name, value in whole.model.state_dict().items():
        torch.testing.assert_close(parts.model.state_dict()[name], value, rtol=0, atol=0, msg=name)
    for name, value in whole.average.model.state_dict().items():
        torch.testing.assert_close(parts.average.model.state_dict()[name], value, rtol=0, atol=0, msg=name)


def test_mixing_and_resuming_give_the_weights_of_an_uninterrupted_run(toy: tuple[Faces, Faces], tmp_path: Path) -> None:
    config = dataclasses.replace(TINY, stages=((16, 2),), mixup_alpha=0.4, cutmix_alpha=1.0)
    whole = face.Run(config, *toy, tmp_path / "whole")
    whole.train()
    face.Run(config, *toy, tmp_path / "parts").train(stop_after=1)
    torch.rand(3)  # another state of the generator must not matter
    parts = face.Run(config, *toy, tmp_path / "parts")
    parts.train()
    for name, value in whole.model.state_dict().items():
        torch.testing.assert_close(parts.model.state_dict()[name], value, rtol=0, atol=0, msg=name)


@pytest.mark.parametrize(("mixup", "cutmix"), [(1.0, 0.0), (0.0, 1.0)])
def test_mixed_labels_say_how_much_of_each_picture_there_is(mixup: float, cutmix: float) -> None:
    """Seven pictures, each of one grey that is the number of its class: their mean is that of the mixed labels."""
    labels = torch.arange(7)
    pixels = labels.float().view(7, 1, 1, 1).expand(7, 1, 24, 24).clone()
    torch.manual_seed(0)
    config = dataclasses.replace(TINY, mixup_alpha=mixup, cutmix_alpha=cutmix, mix_until=0.75)
    mixed, shares = face_mixing.mixer(config, progress=0.75)(pixels, labels)
    torch.testing.assert_close(shares.sum(1), torch.ones(7))
    torch.testing.assert_close(mixed.mean(dim=(1, 2, 3)), shares @ labels.float())
    assert int((shares > 0).sum()) == 14, "two classes in each"
    for plain in (face_mixing.mixer(TINY, 0.0)(pixels, labels), face_mixing.mixer(config, 0.76)(pixels, labels)):
        assert plain[0] is pixels
        assert plain[1] is labels


def test_a_left_out_branch_is_whole_or_gone_while_training_and_always_there_afterwards() -> None:
    torch.manual_seed(0)
    x = torch.randn(64, 3, 5, 5)
    norm, dropping = torch.nn.BatchNorm2d(3), DropPath(3)
    dropping.probability = 0.25
    expected, dropped = norm(x), dropping(x)
    gone = (dropped == 0).all(dim=(1, 2, 3))
    assert 6 <= int(gone.sum()) <= 26
    torch.testing.assert_close(dropped[~gone], expected[~gone] / 0.75)
    torch.testing.assert_close(dropping.eval()(x), norm.eval()(x))


def test_leaving_out_branches_changes_neither_names_nor_readings_of_a_network() -> None:
    torch.manual_seed(0)
    plain, x = build("resnet50").eval(), torch.randn(2, 1, 32, 32)
    expected, names = plain(x), list(plain.state_dict())
    dropping = drop_paths(plain, 0.16)
    chances = [layer.probability for layer in dropping.modules() if isinstance(layer, DropPath)]
    assert chances == pytest.approx([0.01 * position for position in range(1, 17)])
    assert list(dropping.state_dict()) == names
    torch.testing.assert_close(dropping.eval()(x), expected)
    assert drop_paths(build("cnn3"), 0.0) is not None


def test_the_weights_that_read_validation_best_are_kept(toy: tuple[Faces, Faces], tmp_path: Path) -> None:
    config = dataclasses.replace(TINY, stages=((24, 8),), evaluate_every=1, peak_lr=2e-2)
    face.Run(config, *toy, tmp_path).train()
    accuracies = [epoch["validation_accuracy"] for epoch in read_history(tmp_path)]
    best = read_best(tmp_path)
    assert best == Best(accuracies.index(max(accuracies)) + 1, 24, max(accuracies))
    model = build("cnn3")
    assert load_best(tmp_path, model) == best
    read = (face.predict(model, toy[1], 24).argmax(1) == toy[1].labels).float().mean().item()
    assert read == max(accuracies)


def test_a_run_that_was_never_evaluated_has_its_last_average(toy: tuple[Faces, Faces], tmp_path: Path) -> None:
    run = face.Run(dataclasses.replace(TINY, evaluate_every=3), *toy, tmp_path)
    run.train(stop_after=2)
    model = build("cnn3")
    assert (load_best(tmp_path, model).epoch, read_best(tmp_path)) == (2, None)
    torch.testing.assert_close(model.state_dict(), run.average.model.state_dict())


def test_a_checkpoint_of_another_config_is_refused(toy: tuple[Faces, Faces], tmp_path: Path) -> None:
    face.Run(TINY, *toy, tmp_path).train(stop_after=1)
    with pytest.raises(ValueError, match="another config"):
        face.Run(dataclasses.replace(TINY, seed=4), *toy, tmp_path)


def test_pointwise_convolutions_give_the_same_outputs_and_gradients() -> None:
    torch.manual_seed(0)
    plain = torch.nn.Sequential(torch.nn.Conv2d(8, 16, 1, stride=2, bias=False), torch.nn.Conv2d(16, 4, 1, bias=False))
    weights = [layer.weight.detach().clone() for layer in plain if isinstance(layer, torch.nn.Conv2d)]
    x = torch.randn(3, 8, 7, 5)
    expected = plain(x)
    wanted = torch.autograd.grad(expected.square().sum(), list(plain.parameters()))
    fast = speed_up_pointwise(plain)
    assert all(isinstance(layer, PointwiseConv) for layer in fast.children())
    got = fast(x)
    torch.testing.assert_close(got, expected)
    for a, b in zip(torch.autograd.grad(got.square().sum(), list(fast.parameters())), wanted, strict=True):
        torch.testing.assert_close(a, b)
    assert all(torch.equal(a, b) for a, b in zip(weights, fast.parameters(), strict=True))


def test_weight_average_by_hand() -> None:
    model = torch.nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.fill_(0.0)
        average = WeightAverage(model, steps=2, every=1)
        model.weight.fill_(1.0)
        average.update(model, step=1)  # decay min(0.5, 2/11)
        assert average.model.weight.item() == pytest.approx(9 / 11)  # type: ignore[operator]
        average.update(model, step=2)  # decay min(0.5, 3/12)
        assert average.model.weight.item() == pytest.approx(0.25 * 9 / 11 + 0.75)  # type: ignore[operator]


def test_batch_norm_and_biases_are_not_decayed() -> None:
    model = build("cnn3")
    decayed, free = optimizer_for(model, "adamw", 0.9, 0.05).param_groups
    assert {p.ndim for p in decayed["params"]} == {2, 4}
    assert {p.ndim for p in free["params"]} == {1}
    assert (decayed["weight_decay"], free["weight_decay"]) == (0.05, 0.0)


def test_without_strength_augmentation_is_the_evaluation_pixels_or_their_mirror() -> None:
    faces = toy_faces(2, 5)
    seen = augment(faces.images, 40, torch.Generator().manual_seed(0), Augmentation(), strength=0.0)
    exact = normalise(faces.images, 40)
    straight = (seen - exact).abs().amax(dim=(1, 2, 3)) < 1e-4
    mirrored = (seen - exact.flip(3)).abs().amax(dim=(1, 2, 3)) < 1e-4
    assert bool((straight | mirrored).all())
    assert 0 < int(straight.sum()) < len(faces)


def test_training_and_the_product_see_the_same_pixels() -> None:
    images = (toy_faces(1, 6).images * 0.7 + 70).to(torch.uint8)  # in ordinary light, which is not corrected
    squares = [np.repeat(image[0, :, :, None].numpy(), 3, axis=2) for image in images]
    product = tensor(squares, InputNumbers(64, (MEAN,), (STD,)))
    np.testing.assert_allclose(normalise(images, 64).numpy(), product, atol=1e-4)


def test_folders_are_read_in_label_order_and_kaggles_test_is_validation(tmp_path: Path) -> None:
    for position, label in enumerate(LABELS):
        (tmp_path / "test" / label).mkdir(parents=True)
        Image.fromarray(np.full((48, 48), position * 30, np.uint8)).save(tmp_path / "test" / label / "a.png")
    faces = load_split(tmp_path, "validation")
    assert faces.labels.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert faces.images[:, 0, 0, 0].tolist() == [0, 30, 60, 90, 120, 150, 180]
    with pytest.raises(FileNotFoundError, match="train"):
        load_split(tmp_path, "train")


def test_settled_norms_have_the_statistics_of_the_pictures_as_they_will_be_read() -> None:
    faces = toy_faces(4, 5)
    torch.manual_seed(1)
    norm = torch.nn.BatchNorm2d(1, momentum=0.1)
    weights = norm.weight.clone()
    settle_norms(torch.nn.Sequential(norm), faces, 24, seed=0)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    pixels = normalise(faces.images, 24)
    torch.testing.assert_close(norm.running_mean, pixels.mean().view(1), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(norm.running_var, pixels.var().view(1), rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(norm.weight, weights)
    assert norm.momentum == 0.1


def test_a_network_without_batch_norm_is_not_settled() -> None:
    linear = torch.nn.Linear(576, 7)
    before = linear.weight.clone()
    settle_norms(torch.nn.Sequential(torch.nn.Flatten(), linear), toy_faces(2, 5), 24, seed=0)
    torch.testing.assert_close(linear.weight, before, rtol=0, atol=0)
