# %% [markdown] slug="other-clouds-and-exam"
"""
# Other clouds and the exam

The line is not AWS's alone: others draw it too, in other words. And an exam draws it in words of its own. This lesson is about translating, and it shows what you have learnt. If you came for the exam alone, begin at *How the exam asks*.

## What you will be able to do

- **Find** the term of another cloud or catalogue for a domain, and say how near it is (2.1, 2.2).
- **Notice** where the same word stands for other work (2.1).
- **Read** an exam question by its verb, its grain, its setting and its word of degree (2.1, 2.2, 2.3, 2.4).
- **Measure** your gain, and sit a mock form in the time of the exam (2.1, 2.2, 2.3, 2.4).

The numbers are tasks of the exam guide CLF-C02. Plan about 40 minutes up to the gain report, and another half hour, best on another day, for the mock form.
"""

# %% [markdown] slug="case-sheet-for-two-clouds"
"""
## A concrete case

A theatre runs its booking on AWS. Last month it bought a small ticket office that runs on Microsoft Azure. On Tuesday an auditor sends a list: *PE, CP, AU, IA, who does each of these, on each cloud?* The letters are codes of a catalogue.

Signe has a good sheet for AWS, with an owner in each row. Mark, her colleague, says: "Both offices use PaaS, platforms that the provider runs. PaaS is PaaS. Copy our sheet, write Azure over it, done." The answer is due on Thursday. On Friday Signe sits the exam. May she copy the sheet?

## Predict first

The course has its own *domains*, areas of security work. Does Microsoft's page on the subject have a row for them? Replace each `None` by `"same"` (a row of the same meaning), `"part"` (a row that overlaps) or `"none"`.
"""

# %% slug="prediction-microsoft-rows"
import pandas as pd

from shared_responsibility import (
    by_objective,
    check,
    gain,
    load_table,
    mock_form,
    plot_crosswalk,
    questions,
    readable,
    shift,
    sources,
)

prediction = {
    "identity_access": None,
    "guest_os": None,
    "virtualization": None,
    "logging_monitoring": None,
    "backup_recovery": None,
}

# %% [markdown] slug="run-folded-microsoft"
"""
The next cell is folded. Run it when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-microsoft-rows"
crosswalk = load_table("crosswalk").set_index("domain_id")
microsoft = crosswalk[crosswalk["framework"] == "microsoft"]
seen = microsoft.loc[list(prediction), ["relation", "term", "note"]]
seen.insert(0, "you", pd.Series(prediction, dtype=object))
readable(seen)

# %% [markdown] slug="table-of-relations"
"""
## The table

The course keeps such a *crosswalk*, a dictionary between lists, for three clouds and four catalogues:

- **NIST SP 800-53**: controls for offices of the United States government, in families such as PE.
- **CSA CCM**: controls for clouds, by the Cloud Security Alliance.
- **CIS Controls**: eighteen controls, by the Center for Internet Security.
- **PCI DSS**: twelve requirements for whoever handles payment cards.

How near do their terms lie to our domains? (*wider*: the term reaches further.)
"""

# %% slug="relations-by-framework"
pd.crosstab(crosswalk["framework"], crosswalk["relation"])[["same", "part", "wider", "none"]]

# %% [markdown] slug="figure-three-clouds"
"""
## The figure

First the three clouds. A firm border means the same meaning, a dashed one that the two overlap.
"""

# %% slug="plot-crosswalk-clouds"
plot_crosswalk("aws", "microsoft", "google")

# %% [markdown] slug="figure-three-catalogues"
"""
All three have words for the ends of the stack: the building below, data and identity above. The gaps lie in the middle. Now three of the catalogues; behind each code stands a short name of ours.
"""

# %% slug="plot-crosswalk-catalogues"
plot_crosswalk("nist", "csa_ccm", "pci_dss")

# %% [markdown] slug="where-translation-breaks"
"""
A catalogue has hardly any gaps, and few firm borders. It was not cut along the stack: NIST's family SC reaches from the hypervisor, the software that divides a server, up to the keys.

## Where the rule breaks

**1. "None" does not mean "nobody".** No cloud's page that we read has a term for backup. CIS has one:
"""

# %% slug="backup-in-seven-frameworks"
readable(crosswalk.loc["backup_recovery"].set_index("framework")[["term", "relation", "note"]])

# %% [markdown] slug="none-means-ask"
"""
A blank means: ask.

**2. The same word, other work.** Here is Microsoft's table of January 2026 for three of its rows, next to the defaults of this course:
"""

# %% slug="microsoft-beside-our-defaults"
rows = {
    "application_code": ("Applications", "customer", "shared", "shared"),
    "network_config": ("Network controls", "customer", "shared", "provider"),
    "guest_os": ("Operating system", "customer", "provider", "provider"),
}
models = ["iaas", "paas", "saas"]
theirs = pd.DataFrame(
    [row[1:] for row in rows.values()],
    index=[row[0] for row in rows.values()],
    columns=[f"{model}, Microsoft" for model in models],
)
ours = shift().loc[list(rows), models].replace("aws", "provider").set_axis(theirs.index)
theirs.join(ours.add_suffix(", course")).sort_index(axis=1)

# %% [markdown] slug="applications-cut-differently"
"""
Two rows agree. *Applications* does not, and both are right: on PaaS, Microsoft counts the parts of the application stack that it manages into that row. We keep your program in one row, the runtime below it in another and the settings in a third. Copy the *owner* without the *cut*, and the sheet is wrong.

**3. A catalogue says what, not who.** NIST, CSA and CIS list work. PCI DSS goes one step further: its requirements 12.8 and 12.9 ask for the split between provider and customer. The owner comes from the page of the service.

**4. A page is not a cloud.** For Google we had a course and a table of contents; for some catalogues, lists on other sites. Before an audit, open the original. Our domains follow AWS's words, so the counts rank nobody.

## The misconception and its contrast
"""

# %% slug="belief-m11"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M11"]])

# %% [markdown] slug="mark-believes-m11"
"""
Mark holds this belief across two clouds. It fails inside one.

## How the exam asks

The exam asks about AWS alone. It has two kinds of question: one right answer of four, and two or more of five or more. A wrong guess costs nothing, so leave none open. Look for four things:

| look for | because | example of ours |
|---|---|---|
| the **verb** | it names the act, and the act has the owner | AWS *provides* security groups; the customer *configures* them |
| the **grain** | a named control, a whole layer or one task? | "patch management": shared; "patch the guest system of EC2": customer |
| the **setting** | if one is named, it decides; if none is named, take the usual reading | Lambda without a mode: AWS patches the runtime |
| the **word of degree** | with *most*, *least* or *best*, several options are true | see below |

Verbs such as *provide, operate, maintain the infrastructure* lean towards AWS. Verbs such as *configure, enable, classify, review, grant* lean towards the customer. They lean only, for the noun decides with them.

**The trap of "most".** A worked example, written for this page: "A puppet theatre needs a MySQL database and wants the LEAST patching. Which choice fits? a) MySQL on EC2, with Patch Manager; b) RDS with automatic minor upgrades; c) RDS without them." All three work. Write down the measure: *patching left to the theatre*. Then order the options by it alone: a leaves system and engine, c leaves some of the engine, b the least. The tool in a) is bait, because a tool is not a task. Other bait: an option that is true and answers another question, the option with the most security words, and "always" or "never".

No question of this course comes from a real exam.

## Your turn: the post-test

Twelve cases, parallel to the twelve of the *pre-test* in lesson 00: the same domain and task each time, another story. Your first answers count, so fill in all twelve before you run the cell. Do not look anything up. This time you see the explanations. Allow twelve minutes.
"""

# %% slug="questions-post-test"
questions("post-test")

# %% slug="post-test-answers"
post_test = {
    "device-farm-parcel-app-room": None,
    "neptune-fan-club-hardware": None,
    "directory-orchestra-leaves-ec2": None,
    "trusted-advisor-red-port": None,  # an owner and a letter, such as "aws, d"
    "step-functions-loan-histories": None,
    "vpc-brewery-two-zones": None,
    "codecommit-school-last-clone": None,  # an owner and a letter
    "msk-betting-open-topics": None,  # an owner and a letter
    "ecr-exam-board-two-proofs": None,  # one letter
    "s3-orchestra-ransom-note": None,
    "support-pharmacy-pasted-log": None,
    "greengrass-wind-farm-nucleus": None,  # an owner and a letter
}

check(post_test)

# %% [markdown] slug="your-gain"
"""
### Your gain

One row for each pair. `before` and `after` are credits: 1 is right, 0.5 is a right owner with a wrong reason, 0 is wrong.
"""

# %% slug="gain-report"
gain()

# %% [markdown] slug="what-empty-means"
"""
**If it says `NaN`**, no answer is kept for that place. It does not mean zero. Either you have not answered yet, or the answers lie elsewhere: they are kept only for pages in the folder `my-work`, in the file `progress.jsonl`, on the machine where you answered.

A full report, of an invented learner:
"""

# %% slug="example-of-a-gain"
example = gain()[["task", "domain"]]
example["before"] = [1, 1, 0, 0, 0, 0, 0.5, 0.5, 1, 0, 1, 0]
example["after"] = [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0.5]
example["change"] = example["after"] - example["before"]
example

# %% [markdown] slug="small-thing-reread"
"""
### A small thing to do with pandas

Worked example: the sum of credits before and after.
"""

# %% slug="sums-of-the-example"
example[["before", "after", "change"]].sum()

# %% [markdown] slug="read-a-gain-with-care"
"""
Twelve cases are few, and one or two of them may be luck. Look at the rows, not at the sum.

Your line: which domains should this learner read again? Keep the rows of `example` with `after` below 1, and show `task` and `domain`. Then do the same with `gain()`, for yourself.
"""

# %% slug="read-again-none"
read_again = None  # replace None by one line

read_again

# %% [markdown] slug="one-way-read-again"
"""
<details><summary>One way to do it</summary>

`read_again = example.loc[example["after"] < 1, ["task", "domain"]]`

The page [index.md](index.md) leads from each domain to its lesson.

</details>

## A mock form

Twenty questions in the two kinds of the exam, most on task 2.1 (the mix is ours; the guide gives none), and about more services than the exam is likely to touch. The real exam gives about 83 seconds a question; here take **90 seconds each, thirty minutes in all**. Set a clock; do not stop. (The 7 picks the form.) Many questions here have two or three options, the exam's four or more. One thing is harder: "choose all that apply" does not say how many.
"""

# %% slug="mock-form-questions"
mock = mock_form(7)
mock

# %% [markdown] slug="how-to-fill-the-mock"
"""
Write your answers in the order of the questions, one in each line: an owner such as `"aws"`, a class such as `"inherited"`, a letter such as `"b"`, or letters such as `"a, c"`. Keep all twenty lines. The cell puts them on the answer sheet, `mock.answers`.
"""

# %% slug="mock-form-answers"
mine = [
    None,  # 1
    None,  # 2
    None,  # 3
    None,  # 4
    None,  # 5
    None,  # 6
    None,  # 7
    None,  # 8
    None,  # 9
    None,  # 10
    None,  # 11
    None,  # 12
    None,  # 13
    None,  # 14
    None,  # 15
    None,  # 16
    None,  # 17
    None,  # 18
    None,  # 19
    None,  # 20
]
mock_answers = dict(zip(mock.answers, mine, strict=True))

check(mock_answers)

# %% [markdown] slug="mock-by-task"
"""
And by task of the exam guide:
"""

# %% slug="mock-by-objective"
by_objective(mock.form)

# %% [markdown] slug="share-is-not-a-scale"
"""
`share` is the part of the credit that you earned of what you answered. **It is not AWS's scale.** AWS reports from 100 to 1,000 and asks for 700, over four subjects of which this is one; some of its questions do not count, and we know no page that says how right answers become points. So 0.7 here is not a pass, and 0.6 is not a fail. Use the rows: the task with the lowest share is tomorrow's reading. `mock_form(8)` gives another form; the bank is finite, so many questions return.

## Thursday

Signe does not copy. She makes one line for each code and cloud: *their term, our domain, relation, owner, page*. PE is firm on both clouds: the building is the provider's, and she names its reports. IA is firm too, and the theatre's own. AU, audit logs, and CP, contingency, overlap our domains in part, and the general pages of both clouds are silent. There she opens the page of each service. On most of them both sides have work, so these codes get two lines for each cloud. Mark finds three rows in the old sheet that were guesses.

## In practice: Monday

- Keep one sheet with *your* domains, and a column for each cloud and each catalogue.
- Copy terms between clouds, never owners.
- Treat every "none" as a question to somebody, with a date.
- In the week before an exam, explain each wrong answer to a friend. The evening before, read the one-page [summary](summary.html).

## What this leaves out

- The other three subjects of the exam: concepts, technology, and billing.
- How other clouds divide the work service by service.

## Sources
"""

# %% slug="sources-of-other-clouds"
sources(
    "aws-shared-responsibility-model",
    "microsoft-shared-responsibility",
    "google-course-shared-model",
    "google-infrastructure-security",
    "nist-800-53-families",
    "csa-ccm-domains",
    "cis-controls-v8-list",
    "pci-dss-v4-requirements",
    "pci-dss-v4-requirements-in-depth",
    "pci-dss-v4-requirement-12",
    "clf-c02-exam-guide",
    "lambda-runtimes-update",
    "rds-user-upgradedbinstance-upgrading",
)

# %% [markdown] slug="end-of-the-course"
"""
Now open lesson 00 again: change the last line of its [pre-test](00-start-here.ipynb) to `check(pre_test)`, and you can read those explanations too.

Next: [16, Before the problem sets](16-before-the-problem-sets.ipynb) shows each form of exercise once, solved, before it counts.

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
