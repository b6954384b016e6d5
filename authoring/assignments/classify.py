# %% [markdown] slug="classify"
"""
# Classify: whose work is it?

*This notebook is made from `data/items.csv` and `authoring/assignments/classify.py` by `srm build`. Change those, not this file.*

Four short exercises, each a little harder than the one before. Together they are worth 24 points, one for each question.

| exercise | you name | words you may use |
|---|---|---|
| 1 tasks | who must do **one piece of work** | `"aws"` `"customer"` |
| 2 cells | who has work to do in a **whole domain of a service** | `"aws"` `"customer"` `"shared"` |
| 3 controls | the class of a **named control** | `"inherited"` `"shared"` `"customer_specific"` |
| 4 moves | who has work to do **after a move** to another service | `"aws"` `"customer"` `"shared"` |

**How to answer.** Under each set of questions is a dictionary with the ids of the questions. Replace each `None` by a word in quotes. Run the cell with Shift+Enter, then run the cell below it: it tells you whether the form of your answers is complete. It does not tell you what is right.

**You may look things up.** The table is public: `who("rds", "guest_os")` prints a cell with its source. Looking it up is learning.

**Shared** means that both sides must act, each at its own layer, and that neither action replaces the other. It does not mean that they help each other.
"""

# %% slug="classify-import"
from shared_responsibility import check, hand_in, who

# %% [markdown] slug="classify-tasks"
"""
## Exercise 1: one task, one owner

A task is one piece of work. Somebody does it, or nobody does.
"""

# %% exercise="tasks" slug="classify-exercise-tasks"

# %% [markdown] slug="classify-cells"
"""
## Exercise 2: a whole domain of a service

Now the question is wider: over the whole domain, at this service, who has work to do? If both sides have a duty that the other cannot take over, the answer is `"shared"`. A tool that AWS only offers is no duty of AWS.
"""

# %% exercise="cells" slug="classify-exercise-cells"

# %% [markdown] slug="classify-controls"
"""
## Exercise 3: a named control

A named control is wider still: it is a kind of measure and can reach over many layers. You inherit a control when AWS carries it whole and you only read the evidence. It is shared when both sides carry it, each for its own systems. It is customer-specific when it depends on what you build.
"""

# %% exercise="controls" slug="classify-exercise-controls"

# %% [markdown] slug="classify-moves"
"""
## Exercise 4: what changes when you move?

Several teams move a system from one service to another, in one step or in two: from a virtual machine to a managed database, from there to a function, or back. Some work leaves a team, some stays, and some comes back. Name the owner of the domain **after** the last step.
"""

# %% exercise="moves" slug="classify-exercise-moves"

# %% [markdown] slug="classify-end"
"""
## Before you hand in

- Run all cells once more from the top: menu *Run*, then *Restart Kernel and Run All Cells*.
- Each message below an exercise should say that all questions are answered.
- Save the notebook. Then hand it in as your instructor told you: *Submit* in the list of assignments, or send this one file.

Do you learn alone? Add a cell with `check(tasks)` to see why each answer is right or not.

Found a mistake in a question? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
