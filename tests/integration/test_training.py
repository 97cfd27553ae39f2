"""`bowbell train` and `bowbell evaluate FILE`: from labelled lines to a model that judges, end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classifiers.learning import corpus
from classifiers.learning.corpus import Teaching
from classifiers.model import load
from classifiers.sector import trade_of
from service.cli import app

TRADES = {
    "90911300": ("Window cleaning", "Glass washing inside and out", "Pane cleaning rota"),
    "77310000": ("Grass cutting", "Hedge trimming in the park", "Mowing of verges"),
    "45261000": ("Roof repairs", "Slate and lead renewal", "Gutter and tile works"),
    "79710000": ("Manned guarding", "Night patrol of a depot", "Keyholding and alarms"),
}
PLACES = ("library", "school", "depot", "hall", "museum", "clinic")


@pytest.fixture(autouse=True)
def _few_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dozen of the texts that are no notices instead of five thousand: the path is the same, the matrix small."""
    texts = corpus.teaching()[::400]
    assert all(isinstance(text, Teaching) for text in texts)
    monkeypatch.setattr("classifiers.learning.teach.teaching", lambda: texts)
    monkeypatch.setattr("classifiers.learning.trial.teaching", lambda: texts)


def invented(path: Path, *, spoilt: bool = False) -> Path:
    """Invented notices of twelve invented buyers; spoilt ones carry the codes of another trade."""
    rows, codes = [], list(TRADES)
    for buyer in range(12):
        for place, (code, titles) in enumerate(TRADES.items()):
            for number, title in enumerate(titles):
                said = codes[(place + number + buyer) % len(codes)] if spoilt else code
                where = PLACES[(buyer + number) % len(PLACES)]
                rows.append(
                    {
                        "id": f"{buyer}-{code}-{number}",
                        "title": f"{title} {where} {chr(97 + buyer) * 4}",
                        "description": f"Sample contract: {titles[buyer % 3]} at the {where}.",
                        "cpv": [said],
                        "buyer": f"Sample Council {chr(65 + buyer)}",
                        "source": "invented",
                        "value": 20_000 * 10**number,
                        "sme": number < 2,
                        "awarded_sme": [number < 1],
                    }
                )
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_training_ends_in_a_model_that_judges_what_it_never_saw(tmp_path: Path) -> None:
    result = run("train", invented(tmp_path / "rows.jsonl"), "--out", tmp_path / "model", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["adopted"] is True
    model = load(tmp_path / "model")
    assert model.version == said["version"]
    assert trade_of("Hedge trimming and mowing at Sample Green", "", (), model=model).sectors[0].key == "grounds"
    assert set(model.hints) == {"awarded_to_sme", "flag_probability"}
    assert (tmp_path / "model" / "CARD.md").read_text("utf-8").startswith(f"# Trade model {said['version']}")


def test_the_same_notices_give_the_same_model(tmp_path: Path) -> None:
    rows = invented(tmp_path / "rows.jsonl")
    for name in ("one", "two"):
        assert run("train", rows, "--out", tmp_path / name).exit_code == 0
    assert (tmp_path / "one" / "trade.npz").read_bytes() == (tmp_path / "two" / "trade.npz").read_bytes()


def test_a_worse_model_is_refused_and_a_better_one_can_be_rolled_back(tmp_path: Path) -> None:
    good, bad, out = (
        invented(tmp_path / "good.jsonl"),
        invented(tmp_path / "bad.jsonl", spoilt=True),
        tmp_path / "model",
    )
    assert run("train", bad, "--out", out).exit_code == 0
    first = load(out).version
    assert run("train", good, "--out", out).exit_code == 0
    better = load(out).version
    assert better != first
    refused = run("train", bad, "--out", out, "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["adopted"] is False
    assert load(out).version == better
    assert load(out / "refused").version == first
    assert run("train", "--out", out, "--back").exit_code == 0
    assert load(out).version == first
    assert run("train", "--out", out, "--back").exit_code == 0
    assert load(out).version == better
    assert sorted(each.name for each in out.iterdir() if each.is_dir()) == ["previous", "refused"]


def test_the_tagger_can_be_told_to_judge_by_a_trained_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("train", invented(tmp_path / "rows.jsonl"), "--out", tmp_path / "model").exit_code == 0
    monkeypatch.setenv("BOWBELL_TRADE_MODEL", str(tmp_path / "model"))
    result = CliRunner().invoke(app, ["classify"], input='{"id": 1, "title": "Mowing of verges"}\n')
    assert json.loads(result.stdout)["sectors"][0]["key"] == "grounds"
    (tmp_path / "model" / "trade.npz").write_bytes(b"")
    broken = CliRunner().invoke(app, ["classify"], input='{"id": 1, "title": "Mowing of verges"}\n')
    assert broken.exit_code == 1


@pytest.mark.parametrize(
    ("rows", "sentence"), [("", "too little"), ('{"title": "a"}', "too little"), ("nonsense", "line 1")]
)
def test_what_cannot_be_learnt_from_is_refused_with_a_sentence(tmp_path: Path, rows: str, sentence: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(rows, "utf-8")
    result = run("train", path, "--out", tmp_path / "model")
    assert result.exit_code == 1
    assert sentence in f"{result.exception}".lower()
    assert not (tmp_path / "model").exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run("train", tmp_path / "nowhere.jsonl", "--out", tmp_path / "model")
    assert result.exit_code == 1
    assert "nowhere.jsonl" in f"{result.exception}"


def test_evaluate_judges_the_tagger_as_it_is_with_the_codes_withheld(tmp_path: Path) -> None:
    result = run("evaluate", invented(tmp_path / "rows.jsonl"), "--json", "--pictures", tmp_path / "pictures")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["notices"] == 144
    assert said["buyers"] == 12
    assert "flatter" in said["note"]
    full = said["slices"]["all"]["sectors/full"]["any_1"]
    assert 0.7 < full["low"] <= full["value"] <= full["high"] <= 1
    assert set(said["sectors"]) == {"environment", "grounds", "construction", "security"}
    assert set(said["hints"]) == {"awarded_to_sme", "flag_probability"}
    assert 0 <= said["hints"]["flag_probability"]["auc"]["value"] <= 1
    drawn = {path.name: path.read_text("utf-8") for path in (tmp_path / "pictures").iterdir()}
    assert {"calibration-sectors-full.svg", "calibration-divisions-title.svg", "confusion-sectors.svg"} <= set(drawn)
    assert all(svg.startswith("<svg") and svg.endswith("</svg>\n") for svg in drawn.values())


def test_evaluate_by_folds_trains_again_and_judges_the_unseen(tmp_path: Path) -> None:
    result = run("evaluate", invented(tmp_path / "rows.jsonl"), "--folds", 3)
    assert result.exit_code == 0, result.output
    assert "144 notices of 12 buyers" in result.output
    assert "fold 3" in result.output
    assert "flatter" not in result.output


def test_spoilt_labels_are_seen_as_such_by_the_trial(tmp_path: Path) -> None:
    found = {}
    for spoilt in (False, True):
        rows = invented(tmp_path / f"{spoilt}.jsonl", spoilt=spoilt)
        said = json.loads(run("evaluate", rows, "--folds", 3, "--json").stdout)
        found[spoilt] = said["slices"]["all"]["divisions/full"]["any_1"]["value"]
    assert found[False] > 0.8
    assert found[True] < 0.6
