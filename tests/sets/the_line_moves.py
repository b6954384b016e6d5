"""Scripted learners of `the-line-moves`: the text of each answer cell. Read by tests only.

Each works well with code and draws with care; what differs is what the learner believes.
`random` believes nothing: change SEED for another one.
"""

_DRAW = """
looks = {
    "customer": {"label": "customer", "color": "#F2A33A", "hatch": "//"},
    "shared": {"label": "shared", "color": "#F7F2E8", "hatch": ".."},
    "aws": {"label": "AWS", "color": "#08528C"},
}


def stacked(shares, title):
    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    foot = pd.Series(0.0, index=shares.index)
    for party, look in looks.items():
        axes.bar(shares.index, shares[party], bottom=foot, edgecolor="black", **look)
        foot = foot + shares[party]
    axes.set(title=title, xlabel="what", ylabel="share", ylim=(0, 1))
    axes.legend()
    return axes

"""

_MODELS = 'models = list(load_table("service_models").sort_values("position")["model_id"])\n'
_SERVICES = """services = [
    "connect", "dynamodb", "ec2", "ecs_fargate", "elastic_beanstalk",
    "kms", "lambda", "rds", "s3", "vpc",
]
owners = compare(*services)
"""
_OF_THE_CLOUD = """of_the_cloud = [
    "facilities", "hardware", "provider_network", "virtualization", "service_platform"
]
"""

_CUSTOMER = {
    "share-by-model": _MODELS
    + """
share_by_model = pd.DataFrame({"model_id": models, "customer": 1.0, "shared": 0.0, "aws": 0.0})
""",
    "share-by-service": _SERVICES
    + """
layers = (owners != "not_applicable").sum()
share_by_service = pd.DataFrame({"service_id": services, "layers": layers.values, "share": 1.0})
""",
    "shift-chart": _DRAW
    + """
shift_chart = stacked(share_by_model.set_index("model_id"), "The customer does it all")
shift_alt = (
    "Stacked bars of six service models, from on-premises to SaaS. In each of them the customer "
    "has 100 % of the work, because the customer is responsible for everything."
)
""",
    "honest-chart": _DRAW
    + """
mine = pd.DataFrame({"customer": 1.0, "shared": 0.0, "aws": 0.0}, index=five)
honest_chart = stacked(mine, "The customer does it all")
""",
    "claims": """claims = {
    "claim_1": False, "number_1": 1.0,
    "claim_2": False, "number_2": 0.0,
    "claim_3": True, "number_3": 0.0,
}
""",
}

_SLOGAN = {
    "share-by-model": _MODELS
    + _OF_THE_CLOUD
    + """
aws = len(of_the_cloud) / len(load_table("domains"))
share_by_model = pd.DataFrame({"model_id": models, "customer": 1 - aws, "shared": 0.0, "aws": aws})
share_by_model.loc[0, ["customer", "aws"]] = 1.0, 0.0
""",
    "share-by-service": _SERVICES
    + _OF_THE_CLOUD
    + """
exists = owners != "not_applicable"
layers = exists.sum()
share_by_service = pd.DataFrame(
    {"layers": layers, "share": exists.drop(of_the_cloud).sum() / layers}
).rename_axis("service_id").reset_index().sort_values("share", ascending=False)
""",
    "shift-chart": _DRAW
    + """
shift_chart = stacked(share_by_model.set_index("model_id"), "Of the cloud, in the cloud")
shift_alt = (
    "Stacked bars of six service models, from on-premises to SaaS. AWS has 23 % of the rows in the "
    "cloud, for security of the cloud; the customer has 77 %, for security in the cloud."
)
""",
    "honest-chart": _DRAW
    + _OF_THE_CLOUD
    + """
exists = compare(*five) != "not_applicable"
mine = pd.DataFrame({"customer": exists.drop(of_the_cloud).sum() / exists.sum(), "shared": 0.0})
mine["aws"] = 1 - mine["customer"]
honest_chart = stacked(mine.sort_values("customer", ascending=False), "Of the cloud, in the cloud")
""",
    "claims": """claims = {
    "claim_1": False, "number_1": 17 / 22,
    "claim_2": True, "number_2": 5 / 22,
    "claim_3": True, "number_3": 0.01,
}
""",
}

_DICE = """import random

SEED = 7
dice = random.Random(SEED)


def any_shares(names):
    rows = {}
    for name in names:
        low, high = sorted((dice.random(), dice.random()))
        rows[name] = {"customer": low, "shared": high - low, "aws": 1 - high}
    return pd.DataFrame(rows).T


def any_chart(shares):
    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    stacked, hatches = dice.random() < 0.5, dice.choice([["", "", ""], ["//", "..", ""]])
    colours = dice.sample(["red", "green", "blue", "yellow", "black", "pink"], 3)
    shares.plot.bar(ax=axes, stacked=stacked, color=colours, legend=dice.random() < 0.5)
    for container, hatch in zip(axes.containers, hatches):
        for bar in container:
            bar.set_hatch(hatch)
    for part in ("title", "xlabel", "ylabel"):
        axes.set(**{part: dice.choice(["", "the cloud"])})
    axes.set_ylim(dice.choice([0, 0.2]), 1)
    return axes

"""

_RANDOM = {
    "share-by-model": _DICE
    + _MODELS
    + """
dice.shuffle(models)
share_by_model = any_shares(models).rename_axis("model_id").reset_index()
""",
    "share-by-service": _DICE
    + _SERVICES
    + """
dice.shuffle(services)
share_by_service = pd.DataFrame({
    "service_id": services,
    "layers": [dice.randint(15, 22) for _ in services],
    "share": [dice.random() for _ in services],
})
""",
    "shift-chart": _DICE
    + """
shift_chart = any_chart(share_by_model.set_index("model_id"))
shift_alt = dice.choice(["a chart", "bars of many colours that show the cloud " * 3, ""])
""",
    "honest-chart": _DICE
    + """
dice.shuffle(five)
honest_chart = any_chart(any_shares(five))
""",
    "claims": _DICE
    + """
claims = {}
for number in (1, 2, 3):
    claims[f"claim_{number}"] = dice.choice([True, False])
    claims[f"number_{number}"] = round(dice.random(), 2)
""",
}

SOURCES: dict[str, dict[str, str]] = {
    exercise: {
        "customer": _CUSTOMER[exercise],
        "slogan": _SLOGAN[exercise],
        "random": _RANDOM[exercise],
    }
    for exercise in _CUSTOMER
}
