# %% [markdown] slug="decide"
"""
# Decide: write the rule down

*This notebook is made from `data/exercises.csv`, `data/checks.csv` and `authoring/assignments/decide.py` by `srm build`. Change those, not this file.*

A logistics company uses forty services in the cloud and some servers in its own cellar. Every week somebody asks Amina: "This service, this task, set up like this: is that ours?" She looks it up and answers. Next month she is on leave, and by then there will be services that she has never heard of. So she wants to leave behind a function, not a list.

You write that function. Then you write the cases that show whether such a function can be trusted.

| exercise | you write | points |
|---|---|---|
| 1 the function | `responsible(service, task, configuration)` | 10 |
| 2 the test cases | `my_cases`, eight to twelve cases that find mistakes in other functions | 3 |

**Your function is run on cases that you have not seen.** Some are services of the public table. Others are invented: no table holds them, and no list of ids will help.

**You may look things up, and so may your function.** The tables are public. Read them once, outside of the function: a call that takes longer than a second does not count.
"""

# %% slug="decide-import"
import pandas as pd

from shared_responsibility import (
    check,
    exceptions,
    hand_in,
    load_table,
    sample_cases,
    shift,
    try_samples,
    who,
)

# %% [markdown] slug="decide-example"
"""
## A worked example: one task

First a smaller function. It answers one question about the operating system under the work: *does the customer have to patch it?* The service comes as a dictionary:

| key | meaning | for example |
|---|---|---|
| `"service_id"` | its id in the tables, or an id that no table holds | `"rds"`, `"harbour_loom"` |
| `"name"` | its name | `"Amazon RDS"` |
| `"service_model"` | a column of `shift()`, or something else, or `""` | `"paas"` |

The example reads only the model.
"""

# %% slug="decide-example-function"
by_model = shift()  # rows: domains, columns: models


def needs_patching(service):
    """True or False where the model tells it, None where it does not."""
    model = service["service_model"]
    if model not in by_model.columns:
        return None  # it does not know, and it says so
    return by_model.loc["guest_os", model] in ("customer", "shared")

# %% slug="decide-example-run"
harbour_loom = {"service_id": "harbour_loom", "name": "Harbour Loom", "service_model": "iaas"}
foggy_shelf = {"service_id": "foggy_shelf", "name": "Foggy Shelf", "service_model": ""}
beanstalk = {"service_id": "elastic_beanstalk", "name": "AWS Elastic Beanstalk", "service_model": "paas"}

[needs_patching(service) for service in (harbour_loom, foggy_shelf, beanstalk)]

# %% [markdown] slug="decide-example-test"
"""
The first two answers are good. Nobody has ever seen Harbour Loom, and still the model tells enough. Of Foggy Shelf nothing is known, so `None` is the honest answer.

The third one is wrong. The label `paas` promises that AWS patches the system. The table knows better:
"""

# %% slug="decide-example-table"
who("elastic_beanstalk", "guest_os")

# %% [markdown] slug="decide-example-rule"
"""
So the label is a first guess, the row of the service is better, and a setting can be better still. That order is the whole exercise.

How did we find the mistake? Not by reading the code, but with a case whose answer we had looked up. There is a second way, which needs no right answers at all: **a rule that must hold**. Virtual machine to managed containers: such a move never adds a duty. If the function says that it does, the function is wrong, whatever the right answer is.
"""

# %% slug="decide-example-rule-run"
move = [{"service_id": "x", "name": "X", "service_model": model} for model in ("iaas", "containers_managed")]
before, after = map(needs_patching, move)
adds_a_duty = after > before
adds_a_duty

# %% [markdown] slug="decide-exercise-one"
"""
## Exercise 1: the function

Write `responsible(service, task, configuration)`.

- `service` is a dictionary as above.
- `task` is the id of a domain, such as `"guest_os"`, or something that is no domain.
- `configuration` is the id of a setting (`variant_id` in `load_table("variants")`), or `""` for none.

Return one of four words:

| word | when |
|---|---|
| `"aws"` `"customer"` `"shared"` | that side has work to do; shared: both, each at its own layer |
| `"unknown"` | nothing decides it: the task is no domain, the service is in no table and has no model of `shift()`, or the service has no such setting |

What counts as right:

1. **A setting is given:** the line of this service, this task and this setting in `load_table("variants")`.
2. **No setting, and the table holds the service:** its cell in `load_table("responsibilities")`.
3. **No setting, and no table holds the service:** the default of its model, in `shift()` or `load_table("model_defaults")`.
4. **Nothing of these:** `"unknown"`.

Two things are never asked: a cell that says `not_applicable`, and a setting that belongs to another task of the same service.

**Try it.** Twelve public cases come with their right answers: `sample_cases("decide-function")` shows them. When your function is written, add a cell below it and run `try_samples("decide-function", responsible)`. The column `agrees` tells you where you are. In the hand-in, the cases of the four rules are asked twice, in another order. A case counts only if both answers are right, so do not let an answer depend on what was asked before.

<details><summary>Hint: which tool?</summary>

`who(...)` answers for services of the table, and it raises a `ValueError` for a name, a domain or a setting that it does not know. If you would rather do without errors, turn a table into a dictionary once:

`cells = load_table("responsibilities").set_index(["service_id", "domain_id"])["responsible"].to_dict()`

Then `cells.get(("rds", "guest_os"))` is the owner, and `cells.get(("harbour_loom", "guest_os"))` is `None`.

</details>
"""

# %% exercise="decide-function" slug="decide-function-cell"
def responsible(service, task, configuration):
    """One of "aws", "customer", "shared", or "unknown" where nothing decides it."""
    owner = None
    ### BEGIN SOLUTION
    try:
        owner = who(service["service_id"], task, configuration or None).responsible
    except ValueError:
        model = service["service_model"]
        model_tells = model in by_model.columns and task in by_model.index
        owner = by_model.loc[task, model] if model_tells and not configuration else "unknown"
    ### END SOLUTION
    return owner

# %% [markdown] slug="decide-exercise-two"
"""
## Exercise 2: the test cases

Four colleagues of Amina have written the function too. Each is right nearly everywhere and wrong in one way:

- Ben's function never reads `configuration` where it holds a setting of the service.
- Chiara's function takes the default of the model, although the table holds the service. Settings she reads.
- Dov's function never says `"unknown"`. Where it does not know, it says `"customer"`.
- Efua's function gives the building, the hardware and the other layers below the service to AWS, wherever they stand.

Nobody sees that by looking. Write `my_cases`, a table of eight to twelve cases with the answer that you expect. The four functions are run on your cases. A function is found out when it misses at least one case of which **your** answer is right.

| column | what stands there |
|---|---|
| `service_id` | an id of the table, or an invented one |
| `service_model` | the model of the service, or `""` |
| `task` | a domain, or something that is none |
| `configuration` | a setting, or `""` |
| `expected` | `"aws"`, `"customer"`, `"shared"` or `"unknown"` |

One row as an example, which finds nobody: `("ec2", "iaas", "application_code", "", "customer")`. All four functions get it right. For each colleague ask: on which input does this function go wrong, and what should it have said? `exceptions()` lists the cells that differ from the default of their model.
"""

# %% exercise="decide-tests" slug="decide-tests-cell"
columns = ["service_id", "service_model", "task", "configuration", "expected"]
my_cases = None  # pd.DataFrame([(...), (...)], columns=columns)
### BEGIN SOLUTION
my_cases = pd.DataFrame(
    [
        ("rds", "paas", "runtime_engine", "minor_auto", "aws"),
        ("rds", "paas", "runtime_engine", "major_version", "customer"),
        ("elastic_beanstalk", "paas", "guest_os", "", "shared"),
        ("dynamodb", "paas", "backup_recovery", "", "customer"),
        ("harbour_loom", "on_premises", "facilities", "", "customer"),
        ("harbour_loom", "saas", "facilities", "", "aws"),
        ("harbour_loom", "", "guest_os", "", "unknown"),
        ("rds", "paas", "tax_returns", "", "unknown"),
        ("harbour_loom", "paas", "guest_os", "turbo", "unknown"),
    ],
    columns=columns,
)
### END SOLUTION

# %% [markdown] slug="decide-end"
"""
## Before you hand in

- Run your own cases through your own function. Where they differ, one of the two is wrong. Find out which.
- Run all cells once more from the top: menu *Run*, then *Restart Kernel and Run All Cells*. A cell with `try_samples` may stay in.
- Save the notebook. Then hand it in as your instructor told you: *Submit* in the list of assignments, or send this one file.

Do you learn alone? Add a cell with `check("decide-function")` or `check("decide-tests")`.

Found a mistake in a question? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
