# %% [markdown] slug="start-here-on-a"
"""
# Start here

This course is about one line: the line between what AWS looks after and what its customer looks after. AWS, Amazon Web Services, rents out computers, storage and many other services over the internet. You need no experience with AWS and very little with Python.

## What you will be able to do

- **Run** a cell of a notebook with the keyboard, and **answer** an exercise in the form that it asks for.
- **Read** the explanation that follows an answer, and take its rule with you (2.1).
- **Measure** what you know before you begin (2.1, 2.2, 2.3, 2.4).
- **Find** the lesson for any kind of security work, and any fact with its source (2.1).

The numbers in brackets are tasks in the guide to the exam AWS Certified Cloud Practitioner, CLF-C02. Task 2.1 is the *shared responsibility model*, the subject of this course. Tasks 2.2 to 2.4 are its neighbours: compliance, access, and where to find security tools and help. If you plan no exam, ignore the numbers. Plan about 30 minutes.
"""

# %% [markdown] slug="a-call-on-sunday"
"""
## A concrete case

Sunday evening. Rosa owns three bookshops. A reader calls: the names and addresses of her customers can be downloaded by anyone who knows the web address of the file. The file lies in Amazon S3, a storage service.

Rosa calls the student who looks after her web shop. "It is in the cloud," he says, "so AWS has to secure it." On AWS's status page all is green: the storage works as it should. Each side seems to have an answer, and the file stays open.

Who must close it tonight? Keep your guess until the end of this page.
"""

# %% [markdown] slug="run-your-first-cell"
"""
## Run your first cell

The grey box below is a *cell*: a few lines of Python, a programming language. Click on it, or press the arrow keys until a blue bar marks it, then press **Shift+Enter**. The cell runs, its output appears under it, and the next cell is marked. Enter lets you type in a cell, Esc lets you leave it.
"""

# %% slug="from-shared-responsibility-import"
from shared_responsibility import (
    check,
    exceptions,
    load_table,
    plot_course_map,
    questions,
    readable,
    sources,
    who,
)

lessons = load_table("lessons").set_index("lesson_id")
int(lessons["minutes"].sum())

# %% [markdown] slug="you-added-the-minutes"
"""
The first lines fetch the tools of the course. The last line adds up the minutes of all lessons. Run the cells of a page from top to bottom, because later cells use what earlier ones have fetched.

## Watch one exercise

An exercise has three parts: the questions, your answers, and a check.
"""

# %% slug="questions-worked-example"
questions("worked-example")

# %% [markdown] slug="the-answers-are-a"
"""
The answers are a *dictionary*, a list with names: the name of each question, a colon, your answer in quotes. Here somebody has filled it in for you. **The second answer is wrong on purpose**, so that you see what an explanation looks like.
"""

# %% slug="worked-example-s3-choir"
worked_example = {
    "s3-choir-building-guards": "aws",
    "s3-choir-former-treasurer": "aws",  # wrong on purpose
}

check(worked_example, record=False)

# %% [markdown] slug="a-wrong-answer-opens"
"""
## Read the feedback

A wrong answer opens by itself. A right answer is folded: open it to read why it is right. Read these lines in this order:

1. **What it assumes**: the belief from which your answer would follow. Is it yours?
2. **Why not** and **Why**: the reasons, in the words of this case.
3. **The deciding fact**: the row of the table that settles it, with what each side does.
4. **Rule to carry over**: the one sentence to take to the next case.
5. **Compare**: two cases that look alike and have different owners.
6. **Source**: the page on which the fact rests, and the day on which it was read.

The beliefs are a table too. This one is behind the wrong answer above:
"""

# %% slug="belief-m02"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M02"]])

# %% [markdown] slug="forms-of-an-answer"
"""
Now change the second `"aws"` in the worked example to `"customer"` and run that cell again.

An answer has one of these forms. The line under each question tells you which. If there is none, type one letter:

| the question wants | you type |
|---|---|
| an owner | `"aws"`, `"customer"` or `"shared"` |
| one letter | `"b"` |
| an owner and the letter of a reason | `"customer, b"` |
| all letters that hold | `"a, c"` |
| letters in order | `"c, a, b"` |

*Shared* means that both sides have work there, each a part of its own. If you misspell a word, the message proposes the nearest one.

## Predict first: twelve questions before the course

What do you know already? The *pre-test* has twelve cases. Read this first:

- **There are no marks.** You see one number, how many are right, and no explanations. Explanations would teach you these twelve cases, and the comparison would be worth nothing.
- **It is for you.** Lesson 15 ends with twelve other cases on the same ground, the *post-test*, and shows both results side by side.
- **It stays with you.** Your answers are kept in the file `my-work/progress.jsonl`, on the machine on which the course runs. Nothing is sent anywhere. The file holds the time, the question, your answer and whether it was right. You may open it, or delete it and give up the comparison.
- **The first answer counts.** Fill in all twelve, then run the cell once. Only your first answer to each question is compared.

Many services will be new to you. Do not look them up: a guess is what we want, and a low number is a good start. Allow ten minutes.
"""

# %% slug="questions-pre-test"
questions("pre-test")

# %% slug="pre-test-answers"
pre_test = {
    "local-zones-festival-building": None,
    "rds-vet-failing-server": None,
    "move-press-agency-sftp": None,
    "secure-browser-tax-helpers": None,
    "cloudwatch-parent-question": None,
    "auto-scaling-ski-resort-zones": None,
    "dynamodb-museum-deleted-items": None,  # an owner and a letter, such as "aws, d"
    "quicksight-charity-leaver": None,  # an owner and a letter
    "dms-ministry-audit-report": None,  # one letter
    "aurora-theft-of-logins": None,
    "opensearch-school-letters": None,
    "glue-census-old-version": None,
}

check(pre_test, explain=False)

# %% [markdown] slug="how-a-lesson-works"
"""
When you have finished lesson 15, come back, change the last line to `check(pre_test)` and read all the explanations.

## How a lesson works

Each lesson goes the same way. A case raises a question. You **predict**. You **look** at the table and at one figure. Then come the *exceptions*, the places where the rule breaks: they are the heart of the lesson. You **do** an exercise and read the **explanation**. Some days later, **come back**: recalling a rule after a pause fixes it better than reading it again.

The table behind all of it has one row for each *domain*, an area of security work, of each service. The function `who` shows such a row: who has work there, what each side does, and the page that says so. Words in it that are new to you, such as *class of control* (lesson 01), wait for their lesson.
"""

# %% slug="who-s3-facilities"
who("s3", "facilities")

# %% [markdown] slug="predict-the-zones"
"""
## The map: predict it first

The course sorts its domains into four *zones*, by what happens when a company takes another service. How many domains does each zone hold? Put a guess in the place of each `None`. Single services may differ from their zone.
"""

# %% slug="zone-guess"
guess = {
    "always_provider": None,  # AWS (the provider) in the cloud
    "shifts": None,  # depends on the service
    "always_shared": None,  # both sides act
    "always_customer": None,  # stays with the customer
}

# %% [markdown] slug="run-the-next-cell"
"""
The next cell is folded: you see one line and three dots. Run it when you are ready. To see its code, click on the dots.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="zone-answer"
zones = load_table("domains").groupby("zone")["domain_id"].agg(["count", ", ".join])
zones.insert(0, "your guess", [guess[zone] for zone in zones.index])
readable(zones.rename(columns={"join": "domains"}).loc[list(guess)])

# %% [markdown] slug="the-lessons"
"""
The largest zone is the one in which the owner depends on the service.

Here are all lessons. [index.md](index.md) links them and finds a lesson by domain, service or exam task; [summary.html](summary.html) is one page to revise from.
"""

# %% slug="table-of-lessons"
readable(lessons[["title", "question", "minutes"]])

# %% [markdown] slug="the-figure-as-a-way"
"""
The figure shows the same lessons as a way through the domains. Read the stack from the bottom, as a building is built: the site and its guards below, the laptop in your hand on top. Lessons 00 to 02 and 13 to 15 are about the whole stack, so they are bars.
"""

# %% slug="plot-course-map"
plot_course_map()

# %% [markdown] slug="where-the-map-breaks"
"""
Follow the line upwards. It begins in rooms that you may not enter. At the top waits a device that AWS never sees. In between lie the white stops, where the owner depends on the service.

## Where the map breaks

The colours are *defaults*, first guesses. Some services leave them. AWS Outposts is hardware of AWS that stands in the customer's own room. So who guards the door?
"""

# %% slug="outposts-exceptions"
readable(exceptions("outposts").set_index("domain")[["default", "responsible"]])

# %% [markdown] slug="your-turn-first-check"
"""
The row of the facilities answers: the customer, because the room is its own. Whenever you doubt a rule, ask for the row.

## Your turn

Three easy questions, this time with explanations. Replace each `None`. You may leave one and come back to it.
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

# %% [markdown] slug="a-small-thing-to-do"
"""
### A small thing to do

Tables are easy to search with *pandas*, the Python library for tables. Worked example: which lesson is about the operating system, `guest_os`?
"""

# %% slug="lesson-about-guest-os"
lessons.loc[lessons["domain_ids"].str.contains("guest_os", na=False), ["title", "minutes"]]

# %% [markdown] slug="your-line"
"""
Your line: which lesson is about backups, `backup_recovery`? Copy the line above and change one word.
"""

# %% slug="lesson-about-backups"
about_backups = None  # replace None by your line

about_backups

# %% [markdown] slug="one-way-to-do-it"
"""
<details><summary>One way to do it</summary>

`about_backups = lessons.loc[lessons["domain_ids"].str.contains("backup_recovery", na=False), ["title", "minutes"]]`

</details>

## Back to Rosa

Who may download a file from S3 depends on settings. This is the row:
"""

# %% slug="who-s3-service-configuration"
who("s3", "service_configuration")

# %% [markdown] slug="in-practice"
"""
A *bucket* is a container for files in S3, and Block Public Access is its lock against the public. AWS offers the lock and closes it on new buckets; the customer decides whether it stays closed. So Rosa has to close it tonight, or have the student do it: he works on her side of the line. The storage did what it had been told.

## In practice

- Do one lesson at a sitting, and begin the next one by recalling the rule of the last.
- Guess before you look. A wrong guess costs nothing here.
- If your exam is next week, do 01, 02, 05, 07, 08, 09 and 11, then 15. Of the rest, read what follows **In the exam**.
- Use `who` as often as you like, also in the graded assignments. Pre-test and post-test are the exceptions.

**Your copies are yours.** They lie in `my-work/` and are never overwritten. To start a page again, type `srm start 00-start-here --again` in a terminal (menu File, New, Terminal): you get a fresh copy, and the old one is kept with the date in its name.

**The graded assignments** are notebooks such as `my-work/classify-scenarios/classify-scenarios.ipynb`. There, `hand_in(...)` stands instead of `check(...)`. It speaks of the **form** only: how many answers count, and which word is misspelled. It does not say what is right, and it submits nothing: you save the notebook and hand it in as your instructor told you. If you learn alone, use `check(...)` there too.

## What this leaves out

You need no AWS account, and you meet no real exam question. Twelve cases are few, so read your result as a hint. AWS changes: each fact carries the date for which it holds.

## Sources
"""

# %% slug="sources-aws-data-center"
sources(
    "aws-shared-responsibility-model",
    "aws-data-center-controls",
    "s3-access-control-block-public-access",
    "outposts-rack-faq",
    "clf-c02-exam-guide",
)

# %% [markdown] slug="next-01-two-sides"
"""
Next: [01, Two sides of one line](01-two-sides-of-one-line.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
