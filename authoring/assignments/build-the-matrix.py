# %% [markdown] slug="build-the-matrix"
"""
# Build the matrix

*This notebook is made from `data/` and `authoring/assignments/build-the-matrix.py` by `srm build`. Change those, not this file.*

A bakery chain runs its shop on twelve AWS services. For two years everybody in the team typed into one list: "AWS patches this", "that is ours", "both". Tomorrow Noor has to show an auditor who owns what. She opens the list and finds 160 lines. Amazon S3 stands there under four names. Some lines stand twice. Two lines say that AWS patches EC2 and that the customer does.

You turn that list into one table: a row for each service, a column for each layer, the owner in the cell. Then you ask it six questions.

| exercise | you make | points |
|---|---|---|
| 1 `clean-statements` | the cleaned list | 3.5 |
| 2 `pivot-matrix` | the matrix | 3 |
| 3 `contradictions` | the cells on which the list disagrees with itself | 1.5 |
| 4 `gaps` | the cells for which nobody has read a page | 1 |
| 5 `queries` | six answers, each from one line of code | 6 |

**How to answer.** Each exercise has a cell with `None` in it. Replace the `None` by your code, run the cell with Shift+Enter, then run the cell below it. That one checks only the form of your answer. The exercises build on each other, so do them in order. Parts of an answer that are right earn their part of the points.

You need little pandas. Each step is shown on three lines before it is your turn.
"""

# %% slug="build-the-matrix-import"
import pandas as pd

from shared_responsibility import check, hand_in, load_statements, load_table

# %% [markdown] slug="the-list"
"""
## The list as it is

One line is one statement: who owns a layer of a service, and on which page somebody read it. `source` is the id of the page and is blank where nobody noted one. The last column has no heading and nothing in it.
"""

# %% slug="raw-head"
raw = load_statements()
print(raw.shape)
raw.head(8)

# %% [markdown] slug="how-dirty"
"""
How untidy is it? `value_counts()` counts every spelling. It is the first thing to run on a column that people typed. Some spellings look alike here: they differ in a blank at one end.
"""

# %% slug="raw-who-counts"
raw["who"].value_counts()

# %% [markdown] slug="the-ids"
"""
In the clean list every service and every layer has **one** name: its id. These are the ids of the twelve services, with other names under which people know them.
"""

# %% slug="service-ids"
SERVICES = (
    "connect dynamodb ec2 ecs_ec2 ecs_fargate efs elastic_beanstalk lambda rds s3 sagemaker "
    "workspaces"
).split()
load_table("services").set_index("service_id").loc[SERVICES, ["name", "aliases"]]

# %% [markdown] slug="the-domain-ids"
"""
The layers are the *domains* of this course. Here is the id of each, found by its name in small letters. The list uses 12 of the 22.
"""

# %% slug="domain-ids"
domains = load_table("domains")
DOMAIN_IDS = domains.set_index(domains["name"].str.lower())["domain_id"]
DOMAIN_IDS

# %% [markdown] slug="worked-cleaning"
"""
## Worked example: three lines

Three lines about another service, Amazon EBS (disks for virtual machines). Line 2 is line 1 once more in other spelling.
"""

# %% slug="three-lines"
three = pd.DataFrame(
    {
        "statement_id": ["x1", "x1", "x2"],
        "service": [" Amazon EBS", "ebs ", "Elastic Block Store"],
        "layer": ["Hardware and media", "HARDWARE AND MEDIA ", "Encryption at rst"],
        "who": ["AWS", "amazon ", "Cust."],
        "source": ["aws-data-center-data-layer", "aws-data-center-data-layer", ""],
        "read on": ["24 Nov 2026", "2026-11-24", ""],
    }
)
three

# %% [markdown] slug="step-strip-lower"
"""
**Step 1: blanks and capitals.** `.str` works on every text of a column. `strip()` takes blanks from the ends, `lower()` makes small letters. Then `replace` translates whole values with a dictionary: left the spelling, right the word you want.
"""

# %% slug="three-service"
short = three["service"].str.strip().str.lower().str.replace("amazon ", "")
three["service_id"] = short.replace({"elastic block store": "ebs"})
three["owner"] = three["who"].str.strip().str.lower().replace({"amazon": "aws", "cust.": "customer"})
three[["service", "service_id", "who", "owner"]]

# %% [markdown] slug="step-map"
"""
`.str.replace("amazon ", "")` is another thing: it cuts a piece out of each text.

**Step 2: look up.** `map` looks each value up in another column by its index, or in a dictionary. What is not there becomes blank (`NaN`), and `isna()` finds it:
"""

# %% slug="three-domain"
layer = three["layer"].str.strip().str.lower()
three["domain_id"] = layer.map(DOMAIN_IDS)
three.loc[three["domain_id"].isna(), "layer"]

# %% [markdown] slug="step-misspelt"
"""
A misspelt name. Put it right, then look up again.

**Step 3: dates.** `pd.to_datetime` with `format="mixed"` reads each date in its own format. A blank becomes `NaT`, "no time".
"""

# %% slug="three-dates"
layer = layer.replace({"encryption at rst": "encryption at rest"})
three["domain_id"] = layer.map(DOMAIN_IDS)
three["read_on"] = pd.to_datetime(three["read on"], format="mixed")
three[["statement_id", "domain_id", "read_on"]]

# %% [markdown] slug="step-duplicates"
"""
**Step 4: what stands twice.** `drop_duplicates()` drops lines that are equal in every column. So first choose the clean columns: the untidy ones still differ.
"""

# %% slug="three-clean"
columns = ["statement_id", "service_id", "domain_id", "owner", "source", "read_on"]
three_clean = three[columns].drop_duplicates()
three_clean

# %% [markdown] slug="exercise-1"
"""
## Exercise 1: clean the statements

Make `clean`, a DataFrame with these columns: `statement_id`, `service_id`, `domain_id`, `owner`, `read_on`. Keep `source`, too: you need it in exercise 2. Other columns do no harm.

`owner` has one of four words:

- `aws` or `customer`: that side acts alone
- `shared`: both act, each at its own layer
- `not_applicable`: this service has no such layer, so there is nobody to name

A line that stands twice has the same `statement_id` both times. Do not drop statements that contradict each other: that comes later.

<details><summary>Hint: which services are left?</summary>After <code>strip</code>, <code>lower</code> and cutting out <code>"amazon "</code> and <code>"aws "</code>, run <code>value_counts()</code> on the column. What is no id yet goes into your dictionary. About ten spellings do.</details>

<details><summary>Hint: which layer is misspelt?</summary>After <code>map</code>, show the lines with <code>domain_id</code> blank, as in step 2.</details>

<details><summary>Hint: how many statements should be left?</summary>As many as there are different numbers: <code>raw["statement_id"].nunique()</code>.</details>
"""

# %% exercise="clean-statements" slug="clean-statements-cell"
# clean needs: statement_id, service_id, domain_id, owner, source, read_on
clean = None
### BEGIN SOLUTION
SERVICE_IDS = {
    "beanstalk": "elastic_beanstalk",
    "connect customer": "connect",
    "ecs on ec2": "ecs_ec2",
    "ecs on fargate": "ecs_fargate",
    "elastic beanstalk": "elastic_beanstalk",
    "elastic compute cloud": "ec2",
    "elastic file system": "efs",
    "fargate": "ecs_fargate",
    "relational database service": "rds",
    "sagemaker ai": "sagemaker",
    "simple storage service": "s3",
}
OWNERS = {
    "amazon": "aws",
    "both": "shared",
    "cust.": "customer",
    "n/a": "not_applicable",
    "no such layer": "not_applicable",
    "shared responsibility": "shared",
    "the customer": "customer",
}
service = raw["service"].str.strip().str.lower()
service = service.str.replace("amazon ", "").str.replace("aws ", "")
layer = raw["layer"].str.strip().str.lower()
layer = layer.replace({"identity and acces": "identity and access"})
clean = raw[["statement_id", "source"]].assign(
    service_id=service.replace(SERVICE_IDS),
    domain_id=layer.map(DOMAIN_IDS),
    owner=raw["who"].str.strip().str.lower().replace(OWNERS),
    read_on=pd.to_datetime(raw["read on"], format="mixed"),
)
clean = clean.drop_duplicates()
### END SOLUTION

# %% [markdown] slug="sources-decide"
"""
## Sources decide

What is *the* owner of a cell for which two lines name different owners? Not the louder one, and not the one that you like. This notebook uses one rule:

1. A statement counts only if it **cites a page** (`source` is not blank).
2. Of several that cite a page, the one **read last** counts.

So a cell whose only statement cites no page has no owner yet. It stays blank until somebody reads a page.

Why the date? Services change. Amazon S3 encrypts new files by itself since January 2023; a line read before that tells the old story.

## Worked example: from lines to cells

Five lines about two services. Line 3 was read long before line 2, about Regions in which somebody has switched encryption on for all new disks. Line 4 contradicts line 0 and cites no page.
"""

# %% slug="five-lines"
five = pd.DataFrame(
    {
        "service_id": ["ebs", "kms", "ebs", "ebs", "ebs"],
        "domain_id": ["hardware", "hardware", *["encryption_at_rest"] * 2, "hardware"],
        "owner": ["aws", "aws", "customer", "aws", "customer"],
        "source": [
            "aws-data-center-data-layer",
            "kms-infrastructure-security",
            "ebs-encryption-examples",
            "ebs-encryption-examples",
            "",
        ],
        "read_on": pd.to_datetime(["2026-11-24", "2026-11-24", "2026-11-24", "2024-05-01", None]),
    }
)
five

# %% slug="five-kept"
example_cited = five[five["source"] != ""]
newest_last = example_cited.sort_values("read_on")
one_each = newest_last.drop_duplicates(["service_id", "domain_id"], keep="last")
one_each

# %% [markdown] slug="pivot-explained"
"""
`drop_duplicates` with a list of columns looks at these columns only; `keep="last"` keeps the last line of each cell, here the newest.

`pivot` turns lines into a table. It needs three columns: one for the rows, one for the headings, one for the cells. If it complains about *duplicate entries*, a cell still has two lines.
"""

# %% slug="five-pivot"
small = one_each.pivot(index="service_id", columns="domain_id", values="owner")
small

# %% [markdown] slug="the-hole"
"""
One cell is `NaN`, a blank: no line spoke of it.
"""

# %% [markdown] slug="exercise-2"
"""
## Exercise 2: pivot the matrix

Make `my_matrix`: a row for each `service_id`, a column for each `domain_id`, the owner in the cell. Use the rule above. Leave a cell blank where no statement cites a page. Do not fill it from elsewhere: the table shows what the team has read.

Keep the lines that you pivot in a variable such as `kept`. You need them for the last query.
"""

# %% exercise="pivot-matrix" slug="pivot-matrix-cell"
kept = None
my_matrix = None
### BEGIN SOLUTION
cited = clean[clean["source"] != ""].sort_values("read_on")
kept = cited.drop_duplicates(["service_id", "domain_id"], keep="last")
my_matrix = kept.pivot(index="service_id", columns="domain_id", values="owner")
### END SOLUTION

# %% [markdown] slug="worked-nunique"
"""
## Worked example: how many owners has a cell?

`groupby` gathers the lines of each cell, `nunique` counts how many different owners they name. `reset_index` makes a plain table of the result. Here are the five lines again:
"""

# %% slug="five-nunique"
owners = five.groupby(["service_id", "domain_id"])["owner"].nunique()
owners.reset_index()

# %% [markdown] slug="exercise-3"
"""
## Exercise 3: find the contradictions

Make `contradictions`, a DataFrame with the columns `service_id` and `domain_id`: one line for each cell for which the statements of `clean` name **different** owners. Statements that cite no page count here, too: they are the reason why people quarrel. Two statements that agree are no contradiction.

When you have the cells, read their lines in `raw`, with the notes. Often both readers were right: one of them had read about a certain **setting**.
"""

# %% exercise="contradictions" slug="contradictions-cell"
contradictions = None
### BEGIN SOLUTION
different = clean.groupby(["service_id", "domain_id"])["owner"].nunique()
contradictions = different[different > 1].reset_index()[["service_id", "domain_id"]]
### END SOLUTION

# %% [markdown] slug="worked-melt"
"""
## Worked example: what is not there

What nobody wrote cannot be found in a list. In a table it leaves a hole. `melt` is the way back from a table to lines, and it keeps the holes. The ids of the services are the index of `small`, not a column, so `reset_index()` comes first.
"""

# %% slug="holes-melt"
lines = small.reset_index().melt(id_vars="service_id", var_name="domain_id", value_name="owner")
lines[lines["owner"].isna()]

# %% [markdown] slug="exercise-4"
"""
## Exercise 4: find the gaps

Make `gaps`, a DataFrame with the columns `service_id` and `domain_id`: one line for each of the 144 cells for which no statement cites a page. These are the pages that Noor has to read tonight.
"""

# %% exercise="gaps" slug="gaps-cell"
gaps = None
### BEGIN SOLUTION
cells = my_matrix.reset_index().melt(
    id_vars="service_id", var_name="domain_id", value_name="owner"
)
gaps = cells.loc[cells["owner"].isna(), ["service_id", "domain_id"]]
### END SOLUTION

# %% [markdown] slug="worked-queries"
"""
## Worked example: ask a table

`small == "aws"` is a table of `True` and `False`. `True` counts as 1, so `sum()` counts the cells of each column, `sum(axis="columns")` those of each row, and a second `sum()` adds it all up. `idxmax()` names the row with the highest number.
"""

# %% slug="small-queries"
example = {
    "aws_cells": int((small == "aws").sum().sum()),
    "services_with_aws_hardware": small.index[small["hardware"] == "aws"].tolist(),
    "most_customer_cells": (small == "customer").sum(axis="columns").idxmax(),
}
example

# %% [markdown] slug="exercise-5"
"""
## Exercise 5: six questions

Answer each with an expression over `my_matrix` (the last one over `kept`). Blank cells count for nothing.

1. `system_to_patch`: which services leave the operating system (`guest_os`) to the customer alone? A list of ids.
2. `shared_cells`: how many cells are shared? A number.
3. `same_everywhere`: in which domains do all services that have an owner there have the same one? A list of ids.
4. `most_aws_cells`: which service has the most cells that are AWS's alone? One id.
5. `changes_with_rds`: the shop moves its database from EC2 to RDS. In which domains does the owner change? A list of ids.
6. `rest_on_page`: the page `aws-shared-responsibility-model` was changed last night. How many filled cells of your matrix rest on it and must be read again? A number.

<details><summary>Hint for 3</summary><code>my_matrix.nunique()</code> counts the different owners of each column, without blanks.</details>

<details><summary>Hint for 5</summary><code>my_matrix.loc["ec2"]</code> is a row. Two rows can be compared with <code>!=</code>.</details>
"""

# %% exercise="queries" slug="queries-cell"
queries = {
    "system_to_patch": None,
    "shared_cells": None,
    "same_everywhere": None,
    "most_aws_cells": None,
    "changes_with_rds": None,
    "rest_on_page": None,
}
### BEGIN SOLUTION
different_owners = my_matrix.nunique()
changes = my_matrix.loc["ec2"] != my_matrix.loc["rds"]
queries = {
    "system_to_patch": my_matrix.index[my_matrix["guest_os"] == "customer"].tolist(),
    "shared_cells": (my_matrix == "shared").sum().sum(),
    "same_everywhere": different_owners.index[different_owners == 1].tolist(),
    "most_aws_cells": (my_matrix == "aws").sum(axis="columns").idxmax(),
    "changes_with_rds": changes.index[changes].tolist(),
    "rest_on_page": (kept["source"] == "aws-shared-responsibility-model").sum(),
}
### END SOLUTION

# %% [markdown] slug="build-the-matrix-end"
"""
## Before you hand in

- Run all cells once more from the top: menu *Run*, then *Restart Kernel and Run All Cells*.
- Save the notebook. Then hand it in as your instructor told you: *Submit* in the list of assignments, or send this one file.

Do you learn alone? `check("queries")` in a new cell tells you why each answer is right or not; the other exercises work the same way.

Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
