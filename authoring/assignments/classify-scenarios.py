# %% [markdown] slug="classify-scenarios"
"""
# Classify scenarios: who, why, and how sure?

*This notebook is made from `data/items.csv` and `authoring/assignments/classify-scenarios.py` by `srm build`. Change those, not this file.*

A hotel stores its bookings in the cloud, a file is lost, and two teams point at each other. Who has work to do, and which reason decides it? Here are 24 such cases in four parts, from one task to whole controls. Together they are worth 20 points.

| part | you name | owners you may use | points |
|---|---|---|---|
| 1 one task | who must do **one piece of work** | `aws` `customer` | 6 × 0.75 |
| 2 the domain | who has work to do in a **whole domain of a service** | `aws` `customer` `shared` | 6 × 0.75 |
| 3 the setting | the same, where **a setting or a version decides** | `aws` `customer` `shared` | 4 × 0.75, 2 × 1 |
| 4 the wider view | the same, where more than one layer is in view; at the end a **named control** | `aws` `customer` `shared`; for the control `inherited` `shared` `customer_specific` | 6 × 1 |

**How to answer.** Under each set of questions is a dictionary with the ids of the questions. Replace each `None` by three words in quotes: the owner, the letter of the reason, and how sure you are. For example `"aws, b, sure"` or `"customer, a, unsure"`. Run the cell with Shift+Enter, then run the cell below it: it tells you whether the form of your answers is complete. It does not tell you what is right.

**How it counts.** The right owner earns half of the points. The right reason earns the other half, and only together with the right owner. `sure` or `unsure` changes no points, and you may leave it out. Say it honestly: what you were sure of and got wrong is what you should practise first.

**You may look things up.** The table is public: `who("rds", "guest_os")` prints a cell with its source. Looking it up is learning.

**Shared** means that both sides must act, each at its own layer, and that neither action replaces the other. It does not mean that they help each other. A tool that AWS only offers is no duty of AWS, and an option that nobody has to use is no duty of the customer.
"""

# %% slug="classify-scenarios-import"
from shared_responsibility import check, hand_in, second_round, who

# %% [markdown] slug="scenarios-part-one"
"""
## Part 1: one task, one owner

A task is one piece of work. Somebody does it, or nobody does. So the owner is `aws` or `customer`.
"""

# %% exercise="scenarios-one-task" slug="scenarios-one-task-cell"

# %% [markdown] slug="scenarios-part-two"
"""
## Part 2: a whole domain of a service

Now the question is wider: over the whole domain, at this service, who has work to do? If both sides have a duty that the other cannot take over, the owner is `shared`.
"""

# %% exercise="scenarios-the-domain" slug="scenarios-the-domain-cell"

# %% [markdown] slug="scenarios-part-three"
"""
## Part 3: the setting decides

The name of a service is not enough here. Look in each case for the setting, the edition or the order that moves the line.
"""

# %% exercise="scenarios-the-setting" slug="scenarios-the-setting-cell"

# %% [markdown] slug="scenarios-part-four"
"""
## Part 4: the wider view

Several layers stand side by side in these cases, and several people in them are half right. The last question asks for the class of a named control. You inherit a control when AWS carries it whole. It is shared when both sides carry it, each for its own systems. It is customer-specific when it depends on what you build.
"""

# %% exercise="scenarios-wider-view" slug="scenarios-wider-view-cell"

# %% [markdown] slug="classify-scenarios-end"
"""
## Before you hand in

- Run all cells once more from the top: menu *Run*, then *Restart Kernel and Run All Cells*.
- Each message below an exercise should say that all questions are answered.
- Save the notebook. Then hand it in as your instructor told you: *Submit* in the list of assignments, or send this one file.

Do you learn alone? Add a cell with `check(scenarios_one_task)` to see why each answer is right or not.

## The second round

When you have your results, practise what you missed on new cases. It earns no points. Add a cell with `again = second_round()` and then `again`: it reads your own record of answers and draws a new case for each scenario that you missed, those you were sure of first. If you were graded by somebody else, name the ids from your feedback: `second_round(missed=["macie-donor-classes"])`. Under the questions stands a sheet to copy; fill it in and give it to `check({...})`. Call `second_round()` again for other cases.

Found a mistake in a question? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
