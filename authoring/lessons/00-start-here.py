# %% [markdown] slug="start-here-on-a"
"""
# Start here

Imagine that a company wakes up to a breach: its customer list is for sale on the web. Its own team says "not ours, the list lay in the cloud", the provider says "not ours, the cloud worked as it should", and for three days nobody closes the hole.

Welcome to a course about the line between the two: **who must do what** when a company runs its systems on AWS. You need no experience with AWS and very little with Python. This page takes 10 to 15 minutes.

## What you will be able to do

- **Run** a cell of a notebook with the keyboard.
- **Answer** an exercise and **read** the explanation that comes back.
- **Find** any fact of the course with its source.

The subject is task 2.1 of the exam AWS Certified Cloud Practitioner (CLF-C02).
"""

# %% [markdown] slug="run-your-first-cell"
"""
## Run your first cell

The grey box below is a *cell*: a few lines of Python. Press the arrow keys until the cell is marked, then press **Shift+Enter**. The cell runs, its output appears under it, and the next cell is marked. Enter lets you type in a cell, Esc lets you leave it. Everything here works from the keyboard.
"""

# %% slug="from-shared-responsibility-import"
from shared_responsibility import check, questions, sources, who

who("s3", "facilities")

# %% [markdown] slug="you-asked-one-question"
"""
You asked the table behind this course: at Amazon S3, a storage service, who looks after the buildings? `who` takes a service and a *domain*, one area of security work, and answers with the owner, what each side does, and the page that says so.

## How a lesson works

You **predict** first, then **look** at the table, then **do** an exercise, then read the **explanation**. Some days later, **come back**: recalling a rule after a pause fixes it better than reading it again.

## Watch one exercise

An exercise has three parts: the questions, your answers, and a check.
"""

# %% slug="questions-worked-example"
questions("worked-example")

# %% [markdown] slug="the-answers-are-a"
"""
The answers are a small dictionary: the id of each question, a colon, your word in quotes. Here somebody has filled it in for you. **The second answer is wrong on purpose**, so that you see what an explanation looks like.
"""

# %% slug="worked-example-s3-choir"
worked_example = {
    "s3-choir-building-guards": "aws",
    "s3-choir-former-treasurer": "aws",  # wrong on purpose
}

check(worked_example)

# %% [markdown] slug="a-wrong-answer-opens"
"""
A wrong answer opens by itself. It tells you what the answer assumes, what holds instead, the fact that decides, and a rule to take with you. A right answer is folded: open it to read why it is right.

Now change the second `"aws"` to `"customer"` and run the cell again.

## Your turn

Three easy questions. Replace each `None` by one of the words or letters under the question. You may leave a `None` and come back to it.
"""

# %% slug="questions-first-check"
questions("first-check")

# %% slug="first-check-ec2-museum"
first_check = {
    "ec2-museum-cooling": None,
    "rds-theatre-work-left": None,
    "s3-charity-donor-letters": None,
}

check(first_check)

# %% [markdown] slug="you-may-look-things"
"""
You may look things up at any time, also in a graded assignment: add a cell and run `who("s3", "customer_data")`. If you mistype a name, the message proposes the nearest one.

## What to expect

- **Wrong answers cost nothing in a lesson.** They meet an explanation.
- **Nothing is sent anywhere.** What you type stays on the machine on which the course runs.
- **Your copies are yours.** They lie in `my-work/` and are never overwritten. To start a page again, type `srm start 00-start-here --again` in a terminal: you get a fresh copy, and your old one is kept with the date in its name.

## The map

| page | question | file |
|---|---|---|
| 01 | Which work is AWS's, which is yours, which has two parts? | `01-two-sides-of-one-line.ipynb` |
| 02 | How does the line move from one service to the next? | `02-how-the-line-moves.ipynb` |
| 05 | Who patches which operating system? | `05-operating-systems-and-patching.ipynb` |
| assignment | Whose work is it? You name the owners. | `my-work/classify/classify.ipynb` |

The assignment is graded. Under each of its exercises stands `hand_in(...)` instead of `check(...)`. It speaks of the **form** only: how many answers count, and which word is misspelled. It does **not** say what is right, and it submits nothing: you save the notebook and hand it in as your instructor told you. If you learn alone, use `check(...)` there too.

Do you teach with this course? The file `README.md` has a door for instructors.

## What this leaves out

You need no AWS account, and you meet no real exam question. AWS changes: each fact carries the date for which it holds.

## Sources
"""

# %% slug="sources-aws-data-center"
sources("aws-data-center-controls", "aws-shared-responsibility-model")

# %% [markdown] slug="next-01-two-sides"
"""
Next: [01, Two sides of one line](01-two-sides-of-one-line.ipynb).

Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
