# %% [markdown] slug="before-the-problem-sets"
"""
# Before the problem sets

Six problem sets ask you to *do* what the lessons explained. Each has its own way of answering. Here you meet every way once, small, solved and without points.

## What you will be able to do

- **Answer** in each form of the six problem sets (2.1).
- **Say** what earns points in each form, and what earns none (2.1).
- **Check** your own table, chart, function and text before you hand them in (2.1, 2.2).

The numbers are tasks of the exam guide CLF-C02. Plan about 45 minutes.
"""

# %% [markdown] slug="case-lea-was-right"
"""
## A concrete case

Lea runs the computers of a swimming pool. On a trial sheet she was asked who secures a reporter's laptop, and why. She knew it, and typed `"Customer, the laptop is ours"`. The form takes an owner, a letter and a word for how sure she is. Her sentence was none of these, so it earned 0. A message below the cell had told her so; she had not read it.

Nobody should lose points to a form. Which of the forms could cost you some?

## Predict first

What does each of these earn? Replace each `None` by `"all"`, `"half"`, `"a third"` or `"nothing"`.
"""

# %% slug="predict-what-it-earns"
import matplotlib.pyplot as plt
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    lab,
    load_table,
    questions,
    readable,
    sources,
    who,
    with_alt_text,
)
from shared_responsibility.dossiers import Dossier

prediction = {
    "right owner, wrong reason": None,
    "wrong owner, right reason": None,
    "all six lines named as evidence, two of them prove": None,
    "a function that guesses where nothing decides": None,
    "a paragraph left as it was": None,
}

# %% [markdown] slug="run-folded-earnings"
"""
The next cell is folded. Run it when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-what-it-earns"
pd.DataFrame(
    {"you": pd.Series(prediction, dtype=object),
     "it earns": ["half", "nothing", "a third", "nothing", "nothing"]}
)

# %% [markdown] slug="form-untidy-lines"
"""
## 1. Untidy lines become a table

**Solved.** Five lines of a list that several people typed: who owns a layer of a service, on which page somebody read it, and when. Before you run on, find the line that stands twice, and the two that disagree.
"""

# %% slug="twin-lines"
lines = pd.DataFrame(
    [
        ("t1", "Amazon Aurora", "BACKUP_RECOVERY", "both", "aurora-managing-backups", "2026-11-01"),
        ("t1", " aurora", "backup_recovery ", "shared", "aurora-managing-backups", "01 Nov 2026"),
        ("t2", "Aurora", "encryption_at_rest", "Both", "aurora-overview-encryption", "01 Nov 2026"),
        ("t3", "aurora", "encryption_at_rest", "cust.", "aurora-overview-encryption", "2026-02-01"),
        ("t4", "Lightsail ", "encryption_at_rest", "AWS", "lightsail-faq", "2026-11-01"),
    ],
    columns=["statement_id", "service", "layer", "who", "source", "read on"],
)
lines

# %% [markdown] slug="twin-clean-words"
"""
Four steps:

1. **One spelling.** `strip` takes blanks from the ends, `lower` makes small letters, `replace` translates whole values, `to_datetime` reads dates.
2. **Equal lines drop out** with `drop_duplicates`. Before step 1 they were not equal.
3. **Sources decide.** Of two lines on one cell that cite a page, the one read last counts: sort by date, keep the last.
4. **`pivot`** makes the table: what goes into rows, into columns, into cells.
"""


# %% slug="twin-clean-and-pivot"
def clean(text):
    """A column with one spelling."""
    return text.str.strip().str.lower().str.replace("amazon ", "")


tidy = pd.DataFrame(
    {
        "statement_id": lines["statement_id"],
        "service_id": clean(lines["service"]),
        "domain_id": clean(lines["layer"]),
        "owner": clean(lines["who"]).replace({"both": "shared", "cust.": "customer"}),
        "source": lines["source"],
        "read_on": pd.to_datetime(lines["read on"], format="mixed"),
    }
).drop_duplicates()
cell = ["service_id", "domain_id"]
kept = tidy.sort_values("read_on").drop_duplicates(cell, keep="last")
kept.pivot(index="service_id", columns="domain_id", values="owner")

# %% [markdown] slug="twin-both-were-right"
"""
Both readers of Aurora were right. Clusters created since 18 February 2026 are encrypted by default; older ones may be plain, and somebody has to find them. `NaN` is a gap: no line speaks of it. Leave it open. Do not guess.

The cell with `hand_in` names missing columns and wrong types. It does not say which owners are wrong.

**Your turn.** In which cell does `tidy` disagree with itself? Hint: `groupby(cell)["owner"].nunique()` counts the owners of each.
"""

# %% slug="my-disagreement-none"
disagree = None  # replace None by one or two lines

disagree

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-disagreement"
owners = tidy.groupby(cell)["owner"].nunique()
owners[owners > 1].reset_index()[cell]

# %% [markdown] slug="form-chart"
"""
## 2. Shares, a chart and a claim

**Solved.** The pool may move its bookings from *Lightsail*, a small virtual server, to *Aurora*, a managed database. *ElastiCache* keeps copies in fast memory, *QuickSight* draws reports. Count each word, leave out layers that do not exist, divide by the layers of the same service:
"""

# %% slug="four-shares"
four = compare("lightsail", "elasticache", "aurora", "quicksight")
counts = four.apply(pd.Series.value_counts).reindex(["customer", "shared", "aws"]).fillna(0).T
shares = counts.div(counts.sum(axis="columns"), axis="index")
shares.round(2)

# %% [markdown] slug="four-shares-drawn"
"""
A chart is handed in as what it shows: lengths, labels, colours. So it needs a title, a name for each axis, a legend, and an axis that begins at 0. `left=` puts each part behind the one before. For readers who see no colours, each part has its own *hatch* or none, and a black edge. The *alternative text* tells the message, with numbers, to those who hear the page.
"""

# %% slug="four-shares-chart"
looks = {
    "customer": {"label": "customer alone", "color": "#F2A33A", "hatch": "//"},
    "shared": {"label": "shared", "color": "#F7F2E8", "hatch": ".."},
    "aws": {"label": "AWS alone", "color": "#08528C"},
}
figure, my_chart = plt.subplots(figsize=(8, 3.4), layout="constrained")
end = pd.Series(0.0, index=shares.index)
for party, look in looks.items():
    my_chart.barh(shares.index, shares[party], left=end, edgecolor="black", **look)
    end = end + shares[party]
my_chart.set(
    title="From Lightsail to Aurora: less is yours alone, more is shared",
    xlabel="share of the layers of the service",
    ylabel="service",
    xlim=(0, 1),
)
my_chart.yaxis.set_inverted(True)
figure.legend(loc="outside lower center", ncols=3)

my_alt = (
    "Stacked bars of four services. The customer alone has 55 % of the layers on Lightsail, "
    "36 % on ElastiCache, 27 % on Aurora and 14 % on QuickSight. Aurora has the largest "
    "shared part, 45 %."
)
with_alt_text(my_chart, my_alt, shares.round(2))

# %% [markdown] slug="claim-with-its-number"
"""
A claim needs a verdict and the number that proves it. Such answers are handed in as a dictionary: names on the left, on the right `True` or `False`, a number, or a list of ids such as `["ec2", "s3"]`. "On Aurora, most layers are the customer's alone":
"""

# %% slug="claim-and-number"
on_aurora = float(shares.loc["aurora", "customer"])
{"most_on_aurora": False, "share_on_aurora": round(on_aurora, 2)}

# %% [markdown] slug="claim-yours"
"""
**Your turn.** "ElastiCache leaves more layers to the customer alone than Aurora." `True` or `False`, and by how much?
"""

# %% slug="claim-yours-none"
my_claim = {"more_on_elasticache": None, "difference": None}

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-claim"
difference = shares.loc["elasticache", "customer"] - shares.loc["aurora", "customer"]
{"more_on_elasticache": bool(difference > 0), "difference": round(float(difference), 2)}

# %% [markdown] slug="form-scenario"
"""
## 3. A scenario: owner, reason, how sure

**Solved.** This was Lea's question, and her answer:
"""

# %% slug="questions-solved-scenario"
questions("solved-scenario")

# %% slug="check-sentence-of-lea"
check({"s3-reporter-upload-laptop": "Customer, the laptop is ours"}, record=False)

# %% [markdown] slug="three-words"
"""
The right form is three words with commas:

- **Owner.** What has to be done? Lock and update a laptop. Who can do it? The station, which holds it: `customer`.
- **Reason.** Which sentence says *why*, and not only something true? `a`.
- **How sure.** `sure` or `unsure`. It changes no points. What you were sure of and got wrong, you practise first.
"""

# %% slug="check-solved-scenario"
check({"s3-reporter-upload-laptop": "customer, a, sure"}, record=False)

# %% [markdown] slug="scenario-yours"
"""
The right owner earns half, the reason the other half, and only with the right owner.

**Your turn.** `check` is the folded solution here: it explains your answer.
"""

# %% slug="questions-your-scenario"
questions("your-scenario")

# %% slug="answers-your-scenario"
your_scenario = {
    "lightsail-vineyard-flood-map": None,  # owner, reason, how sure
}

check(your_scenario)

# %% [markdown] slug="form-dossier"
"""
## 4. A dossier

**Solved.** A dossier holds the records of one incident, in three parts. Both dossiers here are invented.
"""

# %% jupyter={"source_hidden": true} slug="dossier-bowling-club"
Dossier(
    "bowling-club",
    "The bowling club",
    "A bowling club runs WordPress on Amazon Lightsail. On 9 March 2026 its site sells pills. "
    "The file closes that day at 10:00 UTC.",
    {
        "trail": {
            "l01": "2026-01-12T09:00:04Z eventName=CreateInstances user=assumed-role/Web/ola",
            "l02": "2026-02-03T08:15:40Z eventName=DisableAddOn user=assumed-role/Web/ola "
            "addOnType=AutoSnapshot",
        },
        "configuration": {
            "l03": "Plug-in booking-form: 2.1 installed, 2.2 (closes a hole) out since 20 January",
            "l04": "Firewall: 443 from everywhere, 22 from the club's office only",
        },
        "status": {
            "l05": "Visitor, 07:12: your page sells pills",
            "l06": "AWS, 8 March: late metrics in another Region, solved",
        },
    },
)

# %% [markdown] slug="dossier-four-answers"
"""
Each answer is one word or a few:

- **Owner**: `"customer"`. Ask whose control was missing; `who("lightsail", "application_code")` gives plug-ins to the customer.
- **Failed control**: a letter. "Nobody updated plug-ins or kept snapshots", not "Ola was careless".
- **Evidence**: `"l02, l03"`, the lines that show an act or a missing act: no update for seven weeks, and no copy to go back to. `l01` is an ordinary act, `l04` a right setting, `l05` the harm, `l06` another matter.
- **First action**: a letter, for something that the club can do now: take the site offline. Not: ask AWS to update the plug-in.

Evidence is paid by the share of right lines that you named, times the share of your lines that are right:
"""


# %% slug="what-evidence-earns"
def earned(named, right=("l02", "l03")):
    """The part of the points for the lines that somebody named."""
    hits = len(set(named) & set(right))
    return round(hits / len(right) * hits / len(named), 2)


tries = ["l02 l03", "l03", "l02 l03 l05", "l01 l02 l03 l04 l05 l06"]
{named: earned(named.split()) for named in tries}

# %% [markdown] slug="dossier-yours"
"""
So naming all lines earns little, and here one line too many costs a third.

**Your turn.** Four lines, read like a judge: which line accuses whom?
"""

# %% jupyter={"source_hidden": true} slug="dossier-cash-desk"
Dossier(
    "cash-desk",
    "The cash desk",
    "Lea's pool books on Amazon Aurora. On 4 May 2026 no booking is saved from 14:02 to 14:40 UTC. "
    "The file closes at 15:00.",
    {
        "trail": {"l01": "No call of the pool on this cluster since 20 April"},
        "configuration": {"l02": "Cluster: readers in two zones, failover tested in March"},
        "status": {
            "l03": "AWS, 14:55: we released a fault into our storage layer at 13:58, withdrawn at 14:40",
            "l04": "Cash desk: 61 bookings on paper",
        },
    },
)

# %% [markdown] slug="dossier-yours-questions"
"""
*Failed control*: a) the pool's copy in another zone; b) AWS's check of a change before its release; c) the pool's patches of the storage layer. *First action*: a) type in the paper bookings and compare; b) roll the release back; c) add a third reader.
"""

# %% slug="my-dossier-none"
my_dossier = {"owner": None, "control": None, "evidence": None, "action": None}

# %% [markdown] slug="solution-dossier"
"""
<details><summary>Solution</summary>

Owner `"aws"`: `who("aurora", "service_platform")` gives the storage layer to AWS. Control `"b"`. Evidence `"l03"` alone: `l01` and `l02` clear the pool and accuse nobody, `l04` is the harm. Action `"a"`: AWS has already rolled back, and no customer could.

</details>
"""

# %% [markdown] slug="form-account"
"""
## 5. An account to repair

**Solved.** A simulated AWS account, on your machine, without cost. Your code talks to it with *boto3*, as to a real one; `account.client("rds")` leads to its databases. First look:
"""


# %% slug="open-the-account"
def databases(account):
    """Every database of an account, as a dictionary of its settings."""
    return account.client("rds").describe_db_instances()["DBInstances"]


account = lab.account("worked twin") if lab.is_available() else None
if account is None:
    print("boto3 and moto are not installed, so no account opens: read this section and go on.")
else:
    print([one["DBInstanceIdentifier"] for one in databases(account)])

# %% [markdown] slug="audit-and-remediate"
"""
*Deletion protection* refuses to delete a database until it is switched off. Settings of a database are the customer's, see `who("rds", "service_configuration")`. An **audit** only looks, and names pairs: problem and thing. A **repair** changes what the audit found, nothing else. So a second run finds nothing to do, and whoever had access keeps it.
"""


# %% slug="deletion-protection"
def audit(account):
    """Databases that anybody with the right to delete can delete at once."""
    found = [one for one in databases(account) if not one["DeletionProtection"]]
    return [("unprotected_database", one["DBInstanceIdentifier"]) for one in found]


def remediate(account):
    """Protect what the audit finds."""
    for _, name in audit(account):
        account.client("rds").modify_db_instance(
            DBInstanceIdentifier=name, DeletionProtection=True, ApplyImmediately=True
        )


if account:
    print("before:", audit(account))
    remediate(account)
    print("after:", audit(account))

# %% [markdown] slug="account-yours"
"""
No name stands in the code: you are graded on another account.

**Your turn.** The next cell switches automatic minor upgrades off on one database; then each upgrade is the customer's order (`who("rds", "runtime_engine", "minor_manual")`). Name that database. The field is `AutoMinorVersionUpgrade`.
"""

# %% slug="audit-upgrades-none"
if account:
    account.client("rds").modify_db_instance(
        DBInstanceIdentifier=databases(account)[0]["DBInstanceIdentifier"],
        AutoMinorVersionUpgrade=False,
        ApplyImmediately=True,
    )


def audit_upgrades(account):
    """Pairs ("upgrades_by_hand", name)."""
    found = [one for one in databases(account) if None]  # replace None by a condition
    return [("upgrades_by_hand", one["DBInstanceIdentifier"]) for one in found]


audit_upgrades(account) if account else "No account is open. The first cell of this section opens one."


# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-audit-upgrades"
def audited_upgrades(account):
    """One way to write it."""
    found = [one for one in databases(account) if not one["AutoMinorVersionUpgrade"]]
    return [("upgrades_by_hand", one["DBInstanceIdentifier"]) for one in found]


if account:
    print(audited_upgrades(account))

# %% slug="close-the-account"
if account:
    account.close()  # ends the simulation; to go on, run this section from its first cell
account = None

# %% [markdown] slug="form-function"
"""
## 6. A function and its test cases

**Solved.** A function gives an answer for services that nobody has looked up yet. This one says whether the customer has a say in a row. It asks the table first, then the model. Where neither knows, it says `None`, and not `False`. Beside it a shorter function, and four cases with answers that were looked up:
"""

# %% slug="has-a-say"
cells = load_table("responsibilities").set_index(["service_id", "domain_id"])
defaults = load_table("model_defaults").set_index(["model_id", "domain_id"])
by_cell, by_model = cells["responsible"].to_dict(), defaults["responsible"].to_dict()


def has_a_say(service_id, model, domain):
    """True or False where table or model tells it, None where nothing does."""
    owner = by_cell.get((service_id, domain)) or by_model.get((model, domain))
    return None if owner is None else owner in ("customer", "shared")


def by_label(service_id, model, domain):
    """Trusts the model alone."""
    owner = by_model.get((model, domain))
    return None if owner is None else owner in ("customer", "shared")


def run(cases):
    """Both functions on the same cases; Tin Lantern is a service that nobody has ever seen."""
    table = pd.DataFrame(cases, columns=["service_id", "model", "domain", "right"])
    asked = [case[:3] for case in cases]
    table["has_a_say"] = pd.Series([has_a_say(*one) for one in asked], dtype=object)
    table["by_label"] = pd.Series([by_label(*one) for one in asked], dtype=object)
    return table


run([
    ("quicksight", "saas", "application_code", False),
    ("lightsail", "iaas", "encryption_at_rest", False),
    ("tin_lantern", "faas", "application_code", True),
    ("tin_lantern", "", "application_code", None),
])

# %% [markdown] slug="where-ways-part"
"""
Only the second case finds the mistake of `by_label`: Lightsail encrypts its disks by itself. **A good test case stands where the short way and the right way part.**

A *rule* tests without right answers. Here: a name that no table holds must not matter. Each domain in this list would break it:
"""

# %% slug="rule-names-do-not-matter"
[
    domain
    for domain in load_table("domains")["domain_id"]
    if has_a_say("tin_lantern", "paas", domain) != has_a_say("paper_kite", "paas", domain)
]

# %% [markdown] slug="function-yours"
"""
Empty, so the rule holds. That proves nothing right; a name would prove something wrong.

**Your turn.** Write a case in which `by_label` says `False` and `True` is right. Hint: `who("appstream", "guest_os")`.
"""

# %% slug="my-case-none"
my_case = None  # ("...", "...", "...", True)

run([my_case] if my_case else [])

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-my-case"
run([("appstream", "paas", "guest_os", True)])

# %% [markdown] slug="form-written"
"""
## 7. A written answer

**Solved.** "Tell the manager of the pool in 50 to 90 words what moves when the bookings go from Lightsail to Aurora." A person grades it by a *rubric*, a table that you see before you write:

| ½ point each | for |
|---|---|
| what moves, what stays | one piece of work on either side |
| number | a number, and what it is a share of |
| limit | something that the number does not tell |
| next step | plain words; an act with an owner and a day |

> **Weak.** "Aurora is fully managed and highly available, so most of the work goes to AWS. We should be careful with security and move soon."

> **Good.** "On Aurora, AWS backs the bookings up all the time; today we do that. Who may read them stays our work. Of the 22 layers of the service, 27 % are ours alone, on Lightsail 55 %. The shares count layers, not hours, and almost half are then shared. Please decide by Friday who tries out a restore; I propose Lea, on 3 June."

The weak text earns 0: "most of the work" names none, there is no number and no limit, and "soon" is no day. In the good one each point can be shown with a finger: back-ups and reading rights; 27 % *of the 22 layers*; "layers, not hours"; Friday, and Lea.

**Your turn.** Grade this: "On Aurora, AWS copies our bookings to three zones; passwords stay ours. Only 27 % of the work is left to us. Lea changes the passwords on Monday."
"""

# %% slug="my-marks-none"
my_marks = {
    "what moves, what stays": None,  # 0 or 0.5
    "number": None,
    "limit": None,
    "next step": None,
}

# %% [markdown] slug="solution-marks"
"""
<details><summary>Solution</summary>

What moves, what stays: ½. Number: 0, for 27 % are layers that are the customer's alone, not "the work left": 45 % more are shared. Limit: 0. Next step: ½. Together 1 of 2.

</details>

## In practice

- Read the form before the question: which words, which names, which unit?
- Read the message below each answer. It tells about the form only, and it costs nothing.
- Test your code where the short way and the right way part.
- Before you hand in, restart the kernel and run all cells from the top.

## What this leaves out

- How to hand in: each problem set says it at its end.
- The longer code of the sets. Each shows the steps that it needs.

## Sources
"""

# %% slug="sources-before-the-sets"
sources(
    "aws-shared-responsibility-model",
    "microsoft-shared-responsibility",
    "aurora-managing-backups",
    "aurora-overview-encryption",
    "aurora-overview-security",
    "aurora-overview-storagereliability",
    "lightsail-faq",
    "lightsail-update-management",
    "quicksight-welcome",
    "appstream-update-management",
    "rds-usingwithrds",
    "rds-maintenance",
)

# %% [markdown] slug="six-sets-in-order"
"""
Now the six problem sets, in this order. Each lies in a folder of its name beside this lesson.
"""

# %% slug="the-six-sets"
sets = load_table("assignments").sort_values("position").set_index("assignment")
readable(sets[["does", "minutes"]])

# %% [markdown] slug="end-before-the-sets"
"""
[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
