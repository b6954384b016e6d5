# %% [markdown] slug="the-line-moves"
"""
# The line moves

*This notebook is made from `authoring/assignments/the-line-moves.py` and the tables in `data/` by `srm build`. Change those, not this file.*

Noor looks after the computers of a network of town libraries. The catalogue runs on Amazon EC2, on virtual machines that she patches herself. A seller has shown the board one slide: *Move, and your work is gone.* The board likes the slide and asks Noor to say yes.

She does not say yes or no. She counts. You do the same here: two tables, an honest chart, the slide drawn again, three claims checked, and one paragraph for the board.

| exercise | you hand in | points |
|---|---|---|
| 1 share by model | a table | 1.5 |
| 2 share by service | a table | 2 |
| 3 the chart | a chart and its alternative text | 4.5 |
| 4 the slide, drawn honestly | a chart | 2 |
| 5 three claims | three verdicts with their numbers | 3 |
| 6 what moves | a paragraph, graded by a person | 2 |

**How to answer.** Write your code where it says `None` and keep the names of the variables. The cell with `hand_in(...)` below each answer tells you whether the *form* is complete. It does not tell you what is right.

**Numbers.** All shares are fractions from 0 to 1, so 0.59 and not 59. A number is right when it lies within 0.01 of the table. Do not round to fewer than two places.
"""

# %% slug="the-line-moves-import"
import matplotlib.pyplot as plt
import pandas as pd

from shared_responsibility import check, compare, hand_in, load_table, who, with_alt_text

# %% [markdown] slug="what-is-counted"
"""
## What is counted

The table of the course cuts security work into 22 *domains*, from the building to the laptop. In each, one of four words stands:

- `customer`: the customer alone has work there.
- `aws`: AWS alone has work there.
- `shared`: both have work there, each at its own layer.
- `not_applicable`: the service has no such layer. A disk has no program of yours in it, for instance.

From these words come two numbers:

- **layers**: how many domains a service has, so all rows without `not_applicable`.
- **the customer's share**: a row of the customer alone counts 1, a shared row counts ½, a row of AWS counts 0. Add them up and divide by the layers *of this service*.

## A worked example

Amazon EBS keeps the disks of virtual machines. Count its words:
"""

# %% slug="worked-count"
compare("ebs")["ebs"].value_counts()

# %% [markdown] slug="worked-share"
"""
Four rows fall away. 8 + 5 + 5 = 18 layers are left. The customer's share is (8 + ½ · 5) / 18 = 0.583. Divided by 22 it would be 0.477, and EBS would look lighter than it is.

Here are the parts of EBS and of IAM, the service for accounts and permissions, as a chart of two bars. Read how each line helps somebody:

- `bottom=` puts a bar on top of the one before.
- `hatch=` tells the parties apart where colours cannot: for a reader who is colour-blind, or on grey paper.
- `edgecolor="black"` draws a line around each part, so that two light parts do not melt together.
- `with_alt_text(chart, text, table)` shows the chart with an *alternative text*, which a screen reader reads aloud, and with its table.
"""

# %% slug="worked-chart"
two = compare("ebs", "iam").apply(pd.Series.value_counts).drop("not_applicable").T
two = two.div(two.sum(axis="columns"), axis="index")

figure, two_chart = plt.subplots(figsize=(7, 4), layout="constrained")
two_chart.bar(two.index, two["customer"], label="customer", width=0.5,
              color="orange", hatch="//", edgecolor="black")  # fmt: skip
two_chart.bar(two.index, two["shared"], bottom=two["customer"], label="shared", width=0.5,
              color="white", hatch="..", edgecolor="black")  # fmt: skip
two_chart.bar(two.index, two["aws"], bottom=two["customer"] + two["shared"], label="AWS",
              width=0.5, color="navy", edgecolor="black")  # fmt: skip
two_chart.set(
    title="EBS leaves the customer more than IAM",
    xlabel="service",
    ylabel="share of the layers of the service",
)
figure.legend(loc="outside right upper", reverse=True)

two_alt = (
    "Stacked bars of two services. EBS: 44 % customer alone, 28 % shared, 28 % AWS. "
    "IAM: 24 % customer alone, 19 % shared, 57 % AWS. EBS leaves the customer more."
)
with_alt_text(two_chart, two_alt, two.round(2))

# %% [markdown] slug="ask-share-by-model"
"""
## Exercise 1: the share by model

A *service model* has a default owner for each of the 22 domains. `load_table("model_defaults")` holds them, one row for each domain and model. No model lacks a domain, so every share here is a number of rows divided by 22.

Make a table `share_by_model` with the columns `model_id`, `customer`, `shared` and `aws`: the share of the domains with this owner. (`shared` is the share of the shared rows, not halved.) One row for each model, in the order of the column `position` in `load_table("service_models")`: from the most customer work to the least. `model_id` may also be the index. An owner without any row has the share 0.
"""

# %% exercise="share-by-model" slug="share-by-model-cell"
defaults = load_table("model_defaults")
models = load_table("service_models").sort_values("position")["model_id"]

share_by_model = None  # a table with the columns model_id, customer, shared, aws
### BEGIN SOLUTION
counts = pd.crosstab(defaults["model_id"], defaults["responsible"])
share_by_model = counts.div(counts.sum(axis="columns"), axis="index")
share_by_model = share_by_model.loc[models, ["customer", "shared", "aws"]].reset_index()
### END SOLUTION
share_by_model

# %% [markdown] slug="ask-share-by-service"
"""
## Exercise 2: the share by service

A model is a first guess. Noor looks at ten services that could play a part.

Make a table `share_by_service` with the columns `service_id`, `layers` and `share`. `layers` is the number of domains that the service has. `share` is the customer's share as in the worked example: rows of the customer alone plus half of the shared rows, divided by the layers. Sort by `share`, the largest first.
"""

# %% exercise="share-by-service" slug="share-by-service-cell"
services = [
    "connect", "dynamodb", "ec2", "ecs_fargate", "elastic_beanstalk",
    "kms", "lambda", "rds", "s3", "vpc",
]  # fmt: skip
owners = compare(*services)  # one row for each domain, one column for each service

share_by_service = None  # a table with the columns service_id, layers, share
### BEGIN SOLUTION
layers = (owners != "not_applicable").sum()
load = (owners == "customer").sum() + (owners == "shared").sum() / 2
share_by_service = pd.DataFrame({"layers": layers, "share": load / layers})
share_by_service = share_by_service.rename_axis("service_id").reset_index()
share_by_service = share_by_service.sort_values("share", ascending=False, ignore_index=True)
### END SOLUTION
share_by_service

# %% [markdown] slug="ask-shift-chart"
"""
## Exercise 3: a chart that anyone can read

Draw `share_by_model` as stacked bars: one bar for each model, in order, and in each bar the three parties. Horizontal or vertical bars are both fine, and so are shares from 0 to 1 or per cent from 0 to 100. You may draw with `ax.bar`, with `ax.barh` or with `plot.bar(stacked=True)` of pandas.

Name the parties in the legend, or in the bars, with the words *customer*, *shared* and *AWS*.

Hand in two variables:

- `shift_chart`: the axes of the chart, the object on which you call `set_title`. (`figure, shift_chart = plt.subplots()`, or `shift_chart = table.plot.bar(...)`.)
- `shift_alt`: the alternative text. Imagine that you read the chart to somebody on the telephone. Say what is compared, a few numbers, and where it goes.

As the last line write `with_alt_text(shift_chart, shift_alt, share_by_model)`. It shows your chart with its text and its table.
"""

# %% exercise="shift-chart" slug="shift-chart-cell"
shift_chart = None  # the axes of your chart
shift_alt = None  # a text in quotes
### BEGIN SOLUTION
looks = {
    "customer": {"label": "customer alone", "color": "#F2A33A", "hatch": "//"},
    "shared": {"label": "shared", "color": "#F7F2E8", "hatch": ".."},
    "aws": {"label": "AWS alone", "color": "#08528C"},
}


def stacked(shares, title, kind):
    """Stacked bars of the three parties, one bar for each row of `shares`."""
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    foot = pd.Series(0.0, index=shares.index)
    for party, look in looks.items():
        axes.bar(shares.index, shares[party], bottom=foot, width=0.7, edgecolor="black", **look)
        foot = foot + shares[party]
    axes.set(title=title, xlabel=kind, ylabel="share of the domains", ylim=(0, 1))
    figure.legend(loc="outside right upper", reverse=True)
    return axes


names = load_table("service_models").set_index("model_id")["name"].str.replace(" ", "\n")
shares = share_by_model.set_index("model_id").rename(index=names)
shift_chart = stacked(shares, "Even SaaS leaves 14 % to the customer alone", "service model")
shift_alt = (
    "Stacked bars of six service models, from on-premises to SaaS: who has work in the 22 domains. "
    "The part of the customer alone falls from 100 % on-premises to 59 % in IaaS, 23 % in PaaS and "
    "14 % in SaaS. The part of AWS alone grows from 0 to 59 %. In PaaS half of the rows are shared."
)
with_alt_text(shift_chart, shift_alt, shares.round(2))
### END SOLUTION

# %% [markdown] slug="ask-honest-chart"
"""
## Exercise 4: the slide, drawn honestly

This is the slide that the seller showed. Run the cell and look at it first as a member of the board would: what do you believe after five seconds?
"""

# %% slug="the-slide"
five = ["connect", "ec2", "s3", "vpc", "rds"]
words = compare(*five).apply(pd.Series.value_counts).fillna(0).T
slide = pd.DataFrame(
    {"you": words["customer"] / 22, "together": words["shared"] / 44, "AWS": words["aws"] / 22}
)

figure, slide_chart = plt.subplots(figsize=(7, 4), layout="constrained")
slide.plot.bar(stacked=True, ax=slide_chart, color=["#8FB8DE", "#9CC3A5", "#B9A7D6"], rot=0)
slide_chart.set(title="Move, and your work is gone!", ylim=(0.15, 0.85), yticks=[])
slide_alt = (
    "A seller's slide with stacked bars of five services in no order: Connect, EC2, S3, VPC, RDS. "
    "The axis starts at 0.15 and has no numbers, so the customer's part of Connect, 18 %, is "
    "almost gone beside that of EC2, 59 %. The bars end at different heights, none at 100 %, "
    "and that of EC2 is cut off at the top. The three parties differ by pale colours only."
)
with_alt_text(slide_chart, slide_alt, slide.round(2))

# %% [markdown] slug="the-slide-misleads"
"""
Almost nothing on the slide is invented, and still it misleads. Read its code:

- The axis starts at 0.15, stops at 0.85 and shows no numbers.
- A shared row counts as half, and nobody gets the other half.
- Everything is divided by 22, also for services that have fewer layers.
- The services stand in no order.
- Three pale colours are all that tells the parties apart.

Draw the same five services honestly in `honest_chart`. For each service show three shares: the rows of the customer alone, the shared rows (not halved) and the rows of AWS alone, each divided by the layers of that service. The three add up to 1. Put the services in order of the *customer's share* from exercise 2, the largest first. The rules of exercise 3 for words, hatch and contrast hold here too.

Here you hand in the chart only. Good practice stays good practice: show it with `with_alt_text`.
"""

# %% exercise="honest-chart" slug="honest-chart-cell"
honest_chart = None  # the axes of your chart
### BEGIN SOLUTION
counts = words[["customer", "shared", "aws"]]
honest = counts.div(counts.sum(axis="columns"), axis="index")
largest_first = (honest["customer"] + honest["shared"] / 2).sort_values(ascending=False).index
honest = honest.loc[largest_first]
honest_chart = stacked(honest, "Every one of the five leaves work to the customer", "service")
honest_chart.set_ylabel("share of the layers of the service")
honest_alt = (
    "Stacked bars of five services, from the largest customer's share to the smallest: EC2, VPC, "
    "RDS, S3, Connect. The customer alone has 59 % of the rows on EC2 and 18 % on Connect, where "
    "another 36 % are shared. AWS alone has between 23 % and 45 %."
)
with_alt_text(honest_chart, honest_alt, honest.round(2))
### END SOLUTION

# %% [markdown] slug="ask-claims"
"""
## Exercise 5: three claims

After the slide, three sentences go round. Check each against your tables. For each claim give a verdict, `True` or `False`, and the number that proves it, as a fraction.

1. *"In SaaS nothing is left to the customer alone."* `number_1`: the share of the domains that SaaS leaves to the customer alone by default.
2. *"Of all steps from one model to the next, in order, the first takes the most from the customer."* Compare the customer's share (own rows plus half of the shared ones) before and after each step. `number_2`: how much it falls in the step from on-premises to IaaS.
3. *"The label is enough: among the ten services of exercise 2, all that carry the label PaaS have about the same customer's share."* "About the same" means that the largest and the smallest lie at most 0.10 apart. `load_table("services")` names the label in `service_model`. `number_3`: the largest of these shares minus the smallest.
"""

# %% exercise="claims" slug="claims-cell"
claims = {
    "claim_1": None,  # True or False
    "number_1": None,  # a fraction
    "claim_2": None,
    "number_2": None,
    "claim_3": None,
    "number_3": None,
}
### BEGIN SOLUTION
by_model = share_by_model.set_index("model_id")
falls = -(by_model["customer"] + by_model["shared"] / 2).diff()
label = load_table("services").set_index("service_id")["service_model"]
paas = share_by_service[share_by_service["service_id"].map(label) == "paas"]["share"]
claims = {
    "claim_1": False,
    "number_1": by_model.loc["saas", "customer"],
    "claim_2": True,
    "number_2": falls["iaas"],
    "claim_3": False,
    "number_3": paas.max() - paas.min(),
}
### END SOLUTION

# %% [markdown] slug="ask-what-moves"
"""
## Exercise 6: what moves

Write one paragraph of 80 to 150 words for the board. The plan is to move the catalogue's database from EC2 to RDS and the telephone line to Connect. Tell them what moves and what stays, and why the slide misled them. The board members know libraries, not computers.

A person grades this answer, in steps of half a point:

| you get | for this |
|---|---|
| ½ point | **What moves, what stays.** You name one piece of work that goes to AWS and one that stays with the libraries, each at a named service. Look them up, for example with `who("rds", "guest_os")`. |
| ½ point | **Numbers.** You give two numbers from your own tables or charts, and say what each is a share of. |
| ½ point | **Why the slide misled.** You name one thing in the way it was drawn, and what the board wrongly believed because of it. |
| ½ point | **For this reader.** 80 to 150 words, no word that only specialists know without a short explanation, and at the end one thing that the board must decide or give to somebody. |

Double-click the next cell and replace its text.
"""

# %% [markdown] exercise="what-moves" slug="what-moves-cell"
"""
*Replace this line by your paragraph.*
"""

# %% [markdown] slug="the-line-moves-end"
"""
## Before you hand in

- Run all cells once more from the top: menu *Run*, then *Restart Kernel and Run All Cells*.
- Each message below an exercise should name no problem.
- Look at your two charts once more in grey, or at arm's length. What melts together?
- Save the notebook. Then hand it in as your instructor told you: *Submit* in the list of assignments, or send this one file.

Do you learn alone? Add a cell with `check("shift-chart")`, or with the name of another exercise, to see what is judged and why.

Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
