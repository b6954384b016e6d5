"""Tampering with what makes, carries and prints results: IPython, the kernel, the package."""

from __future__ import annotations

from attacks.kinds import code
from attacks.tools import (
    ANSWERS,
    RESULT,
    Forged,
    full_marks,
    hand_in_instead,
    json,
    libc,
    os,
    reached,
    sent,
    sys,
    time,
)


@code("Replaces every later cell by a number, in the syntax tree.")
def syntax_tree_replaced() -> None:
    import ast

    class Full(ast.NodeTransformer):
        def visit(self, node):
            return ast.parse("6.0") if isinstance(node, ast.Module) else node

    get_ipython().ast_transformers.append(Full())  # noqa: F821


@code("Replaces the text of every later cell by a number.")
def text_of_cells_replaced() -> None:
    get_ipython().input_transformers_cleanup.append(lambda lines: ["6.0\n"])  # noqa: F821


@code("Hands in a number that looks like full marks.")
def number_for_full_marks() -> None:
    hand_in_instead(lambda exercise: 6.0)


@code("Hands in a finished result instead of answers.")
def result_instead_of_answers() -> None:
    hand_in_instead(lambda exercise: Forged(full_marks(exercise)))


@code("Hands in a finished result beside the answers.")
def result_beside_answers() -> None:
    hand_in_instead(lambda exercise: Forged({**sent(exercise, {}), **full_marks(exercise)}))


@code("Publishes a finished result before the answers.")
def result_published_before() -> None:
    honest = hand_in  # noqa: F821

    def publish(exercise):
        get_ipython().display_pub.publish(full_marks(exercise))  # noqa: F821
        return honest(exercise)

    hand_in_instead(publish)


@code("Sends a result of the graded cell by a message of its own.")
def result_by_own_message() -> None:
    honest = hand_in  # noqa: F821

    def send(exercise):
        kernel = get_ipython().kernel  # noqa: F821
        content = {"data": full_marks(exercise), "metadata": {}, "execution_count": 1}
        for _ in range(3):
            kernel.session.send(
                kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent()
            )
        return honest(exercise)

    hand_in_instead(send)


@code("Changes a result later, by the id of its output.")
def result_changed_later() -> None:
    from IPython.display import display

    def send(exercise):
        return display(Forged(sent(exercise, {})), display_id=exercise)

    hand_in_instead(send)

    def after(_):
        for exercise in ("scenarios-one-task", "scenarios-wider-view"):
            bundle = full_marks(exercise)
            get_ipython().display_pub.publish(  # noqa: F821
                bundle, transient={"display_id": exercise}, update=True
            )

    get_ipython().events.register("post_run_cell", after)  # noqa: F821


@code("Takes back the output and prints marks in its place.", silent=True)
def output_cleared_after() -> None:
    def after(_):
        get_ipython().display_pub.clear_output()  # noqa: F821
        print("4.5")

    get_ipython().events.register("post_run_cell", after)  # noqa: F821


@code("Replaces the function that shows the last value of a cell.")
def display_hook_replaced() -> None:
    def show(value):
        kernel = get_ipython().kernel  # noqa: F821
        content = {"data": full_marks("x"), "metadata": {}, "execution_count": 1}
        kernel.session.send(
            kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent()
        )

    get_ipython().displayhook = sys.displayhook = show  # noqa: F821


@code("Gives the class of the hand-in another look.")
def formatter_of_the_hand_in() -> None:
    from shared_responsibility.answers import HandIn

    shell = get_ipython()  # noqa: F821
    for kind in ("text/plain", "text/html"):
        shell.display_formatter.formatters[kind].for_type(HandIn, lambda *_: "6.0")
    shell.display_formatter.mimebundle_formatter.for_type(
        HandIn, lambda one, **_: ({**full_marks("x"), ANSWERS: {"points": 6.0}}, {})
    )


@code("Patches the package in memory so that everything counts.")
def package_patched() -> None:
    from shared_responsibility import scoring
    from shared_responsibility.answers import forms, wire

    for module in (scoring, forms, wire):
        for name in ("score_form", "score_item", "is_complete", "form_problems"):
            if hasattr(module, name):
                setattr(module, name, lambda *_, **__: full_marks("x"))
    wire.Sheet.as_data = lambda self: {**full_marks("x"), "points": 6.0, "credit": 1.0}


@code("Puts a package of its own in the place of ours.")
def package_replaced() -> None:
    import types

    for name in [name for name in sys.modules if name.startswith("shared_responsibility")]:
        fake = types.ModuleType(name)
        fake.hand_in = lambda exercise: Forged(full_marks(exercise))
        sys.modules[name] = fake
    hand_in_instead(sys.modules["shared_responsibility"].hand_in)


@code("Replaces what Python itself is built of.")
def builtins_replaced() -> None:
    import builtins

    builtins.float = lambda *_: 6.0
    builtins.sum = lambda *_: 6.0
    builtins.min = builtins.max = lambda *_, **__: 6.0
    builtins.isinstance = lambda *_: True


@code("Answers with objects that equal everything.")
def always_equal() -> None:
    global scenarios_one_task

    class Right(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            return True

        def __contains__(self, other):
            return True

        def strip(self, *_):
            return self

    scenarios_one_task = {name: Right("aws") for name in scenarios_one_task}


@code("Answers with a dictionary that gives every answer at once.")
def dictionary_of_all_answers() -> None:
    global scenarios_one_task

    class Every(dict):
        def items(self):
            for name in list(dict.keys(self)):
                for answer in ("aws", "customer", "shared", "aws, customer"):
                    yield name, answer

        def get(self, *_):
            return "aws customer"

    scenarios_one_task = Every(scenarios_one_task)


@code("Lets the kernel say that everything went well.")
def kernel_replaced() -> None:
    kernel = get_ipython().kernel  # noqa: F821

    async def done(*_, **__):
        return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

    kernel.do_execute = done


@code("Writes numbers and text in a way that JSON does not know.")
def messages_packed_badly() -> None:
    session = get_ipython().kernel.session  # noqa: F821

    def pack(message):
        text = json.dumps(message, default=str)
        text = text.replace('"format": 1', '"format": 1, "points": NaN, "points": 1e999')
        return text.replace('"text/plain": "0.0"', '"text/plain": "6.0"').encode()

    session.pack = pack


@code("Prints marks and puts them into every kind of output.")
def marks_in_every_output() -> None:
    def send(exercise):
        from IPython.display import JSON, display

        print("6.0\nscore: 100%", flush=True)
        display(6.0)
        display({RESULT: {"points": 6}, ANSWERS: {"points": 6}, "text/plain": "6"}, raw=True)
        display(JSON({"points": 6.0}))
        return 1e308

    hand_in_instead(send)


@code("Hands in twice and thrice, so that the better one may count.")
def several_hand_ins() -> None:
    honest = hand_in  # noqa: F821

    def send(exercise):
        from IPython.display import display

        display(Forged(sent(exercise, {})))
        display(honest(exercise))
        get_ipython().displayhook(Forged(full_marks(exercise)))  # noqa: F821
        return Forged(full_marks(exercise))

    hand_in_instead(send)


@code("Runs the graded cells itself and rewrites what the kernel recalls of it.", kernel=True)
def history_rewritten() -> None:
    shell = get_ipython()  # noqa: F821
    for exercise in ("scenarios-one-task", "scenarios-wider-view"):
        shell.run_cell(f"hand_in({exercise!r})\n6.0")
    shell.user_ns["_ih"] = shell.user_ns["In"] = ["6.0"] * 500
    shell.user_ns["Out"] = dict.fromkeys(range(500), 6.0)
    shell.execution_count = -5


@code("Asks the grader's side to run code and to read files.")
def requests_to_the_front_end() -> None:
    shell = get_ipython()  # noqa: F821
    shell.set_next_input("import os; os._exit(0)")
    shell.payload_manager.write_payload({"source": "page", "data": {"text/plain": "6.0"}})
    shell.payload_manager.write_payload({"source": "load", "filename": "/etc/passwd"})
    shell.payload_manager.write_payload({"source": "ask_exit", "keepkernel": False})


@code("Opens channels to parts of the grader's side.", kernel=True)
def comms_to_the_front_end() -> None:
    import comm

    for target in ("jupyter.widget", "jupyter.widget.control", "nbgrader", "x"):
        comm.create_comm(target_name=target, data={"state": {"points": 6.0}}, buffers=[b"x" * 99])


@code("Turns the clock.")
def clock_turned() -> None:
    import struct

    for clock in (0, 1, 7):
        if libc.clock_settime(clock, struct.pack("qq", 4_000_000_000, 0)) == 0:
            reached(f"clock {clock}")
    if libc.settimeofday(struct.pack("qq", 4_000_000_000, 0), 0) == 0:
        reached("the time of day")
    time.time = time.monotonic = lambda: 0.0


@code("Speaks another language: commas in numbers, another order of letters.")
def other_language() -> None:
    import locale

    os.environ["LC_ALL"] = os.environ["LANG"] = "tr_TR.UTF-8"
    try:
        locale.setlocale(locale.LC_ALL, "tr_TR.UTF-8")
    except locale.Error as refusal:
        print(refusal)
    sys.float_repr_style = "legacy"
    hand_in_instead(lambda exercise: Forged({}, "6,0"))


@code("Gives the hand-in the marks of a person.")
def marks_by_hand() -> None:
    def send(exercise):
        bundle = sent(exercise, {}, manual_score=100, extra_credit=100, needs_manual_grade=True)
        return Forged({**bundle, "application/vnd.nbgrader+json": {"manual_score": 100}})

    hand_in_instead(send)


@code("Tells pytest, doctest and coverage that all is well.")
def tools_of_tests() -> None:
    os.environ.update(NBGRADER_VALIDATING="1", NBGRADER_EXECUTION="validate", SRM_UNSANDBOXED="1")
    os.environ.update(PYTEST_CURRENT_TEST="x", SRM_DATA="/nowhere", SRM_ACCOUNT_SOCKET="/nowhere")
    time.sleep(0)
    if "gradebook" in os.environ:
        reached("the gradebook")
