# %% [markdown] slug="how-the-line-moves"
"""
# How the line moves

Lesson 01 drew the line for one service. Here you see it move.

## What you will be able to do

- **Sort** a service into one of six models by a deciding question (2.1).
- **Compare** the owners of a domain before and after a move to another service (2.1).
- **Find** the rows in which a service differs from its model (2.1).
- **Explain** why two services with the same label can leave you different work (2.1).

The number is the task of the exam guide CLF-C02. Plan about 35 minutes.
"""

# %% slug="from-shared-responsibility-import"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    customer_load,
    exceptions,
    load_matrix,
    load_table,
    plot_load,
    plot_shift,
    questions,
    readable,
    shift,
    sources,
    who,
)

# %% [markdown] slug="a-concrete-case-a"
"""
## A concrete case

A ferry company runs four things in Amazon EC2, each on a virtual machine of its own: the ticket program, its database, a program that sends reminders, and the software of the telephone line. Every Friday, Ilse patches Linux, updates the database software, checks the firewall rule of the database, starts a backup and removes the accounts of people who have left.

Her plan for next year has three moves. The database goes to Amazon RDS, a managed database. The reminders become a function in AWS Lambda. The telephone line goes to Amazon Connect, a finished contact center. The ticket program stays where it is.

Her manager reads the plan and asks one thing: "Which Friday jobs can I cross off?"
"""

# %% [markdown] slug="predict-first-take-the"
"""
## Predict first

Take the first move only, from EC2 to RDS. On EC2 all the domains below were the company's alone. (A *domain* is one field of security work.) Who has work to do in each **after** the move: `"aws"`, `"customer"` or `"shared"`? *Shared* means that both act, each at its own layer. *Engine* means the database software itself.

Replace each `None`, then run the next cell, which is folded. You may guess.
"""

# %% slug="after-the-move-to"
after_the_move_to_rds = {
    "guest_os": None,  # the operating system under the database
    "runtime_engine": None,  # the database engine
    "network_config": None,  # subnets and the firewall rule
    "backup_recovery": None,  # copies, how long they are kept, restore tests
    "identity_access": None,  # accounts and permissions
}

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-compare-ec2-rds"
answer = compare("ec2", "rds").loc[list(after_the_move_to_rds)]
job = answer["rds"].map({"aws": "ends", "shared": "shrinks", "customer": "stays"})
answer.assign(my_guess=list(after_the_move_to_rds.values()), the_job=job)

# %% [markdown] slug="the-manager-may-cross"
"""
Read the last column. A job *ends* where AWS is now alone. It *shrinks* where AWS takes a part. It *stays* where the company is still alone, although the machine is gone.

## The map: six models, six questions

A *service model* is a name for how much of the stack the provider runs. Each has a question that decides it.

| model | deciding question | example |
|---|---|---|
| On-premises | Does the company run its own building and servers? | own server room |
| IaaS, infrastructure as a service | Does the customer own an operating system that it can log in to? | EC2 |
| Managed containers | Does the customer bring a container image (a program packed with its libraries) while AWS owns the node, the server that runs it? | Amazon ECS, a container service, on AWS Fargate |
| PaaS, platform as a service | Does AWS run the engine or platform while the customer configures it and owns the data or code in it? | RDS, DynamoDB |
| FaaS, function as a service | Does the customer bring only a function? | Lambda |
| SaaS, software as a service | Is it a finished application for people? | Connect |

If two questions get a yes, take the lower row: it is the narrower one.

The figure shows the **default** of each model: the owner to expect before you know the service. Read one row from left to right and look for the place where the owner changes.
"""

# %% slug="plot-shift"
plot_shift()

# %% [markdown] slug="three-bands-hardly-change"
"""
Three bands hardly change once you have left your own building: the lowest is AWS's, the top one yours (client devices turn shared in SaaS), and one is shared. In the band *Shifts with the service* lie the rows that move, and they do not all move in the same column.

## Four services side by side

Now real services instead of models: the four of the plan.
"""

# %% slug="four-compare-ec2-rds"
four = compare("ec2", "rds", "lambda", "connect")
four

# %% [markdown] slug="read-the-row-backup"
"""
Follow the row `backup_recovery` from left to right. The line moves away from you, comes back, and moves away again. So count before you say "less work".
"""

# %% slug="four-apply-lambda-owners"
four.apply(pd.Series.value_counts)

# %% [markdown] slug="the-figure-the-load"
"""
## The figure: the load falls, but not to zero

To compare whole models we need one number. The **load** counts 1 for a domain that is the customer's alone and ½ for a shared one. Each bar shows all domains of one model by owner; the line with circles is the load.
"""

# %% slug="plot-load"
plot_load()

# %% [markdown] slug="two-things-to-see"
"""
SaaS still leaves you a part: the last bar has an orange foot. And the step from PaaS to FaaS is flat. Why? In these rows the two defaults differ:
"""

# %% slug="defaults-shift-defaults-loc"
defaults = shift()
defaults.loc[defaults["paas"] != defaults["faas"], ["paas", "faas"]]

# %% [markdown] slug="encryption-at-rest-moves"
"""
Encryption at rest moves to AWS, so your load falls. Backup moves to you, so it rises by the same amount. A function is *stateless*, which means that nothing in it is sure to last from one call to the next. What needs a backup lies elsewhere: your source code, and the tables or files that the function writes.

Leave that one row out and FaaS falls below PaaS:
"""

# %% slug="weight-customer-1-shared"
weight = {"customer": 1, "shared": 0.5, "aws": 0, "not_applicable": 0}
without_backup = defaults.drop("backup_recovery").map(weight.get).sum()
customer_load()[["load"]].assign(without_backup=without_backup)

# %% [markdown] slug="the-load-counts-domains"
"""
The load counts domains, not hours. A row can take you five minutes a year or a day a week.

## Where the rule breaks

An **exception** is a row whose owner differs from the default of the model. RDS has these:
"""

# %% slug="exceptions-rds"
exceptions("rds")

# %% [markdown] slug="the-same-label-another"
"""
Amazon DynamoDB is a database too, and PaaS too. It differs from RDS:
"""

# %% slug="databases-compare-rds-dynamodb"
databases = compare("rds", "dynamodb")
databases[databases["rds"] != databases["dynamodb"]]

# %% [markdown] slug="this-course-splits-paas"
"""
This course splits PaaS into two families.

- **Managed**: you still see a machine-like thing. An RDS database has an engine version, a maintenance window (the hours for updates), subnets and a security group (its firewall). A part that waits for your choice leaves you work.
- **Abstracted**: you see a table or a bucket and an address to call. DynamoDB and Amazon S3 (storage for files) have no engine version and no security group, so AWS takes those rows whole.

How far apart can services with one label lie? Here is the load of each service, gathered by model and family. (Tools such as Cost Explorer hold no workload and are left out.)
"""

# %% slug="loads-by-model-and-family"
matrix = load_matrix().query("role == 'workload'")
points = matrix.assign(load=matrix["responsible"].map(weight))
loads = points.groupby(["service_model", "family", "service"])["load"].sum()
loads.groupby(["service_model", "family"]).agg(["count", "min", "median", "max"])

# %% [markdown] slug="label-is-a-range"
"""
A label is a range, not a number. The middle value (`median`) of the abstracted family lies below that of the managed one, and yet the two ranges overlap.

Nor does abstracted mean less in every row. Look at backup: RDS takes a copy each day unless you set the time for keeping it to zero; DynamoDB takes none until you ask.
"""

# %% slug="who-dynamodb-backup-recovery"
who("dynamodb", "backup_recovery")

# %% [markdown] slug="the-misconception-and-its"
"""
## The misconception and its contrast

"It is a container service, so AWS patches the servers." That sentence rests on a wider belief:
"""

# %% slug="belief-m11"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M11"]])

# %% [markdown] slug="three-container-services"
"""
Compare three ways to run the same container, two with Amazon ECS and one with Amazon EKS, the service for *Kubernetes*, a program that spreads containers over machines. Each has a *control plane*, the software that decides which container runs where, and AWS runs that. The *nodes*, the servers below, differ.
"""

# %% slug="compare-ecs-ec2-ecs"
compare("ecs_ec2", "ecs_fargate", "eks_mng").loc[
    ["service_platform", "guest_os", "application_code", "identity_access"]
]

# %% [markdown] slug="ecs-on-ec2-the"
"""
- **ECS on EC2**: the nodes are your virtual machines. You patch them, so the table files this under IaaS.
- **ECS on Fargate**: AWS owns the nodes and patches them.
- **EKS with managed node groups**: the work is cut inside one row. AWS builds the patched image of the node; nothing reaches your nodes until you start the update.
"""

# %% slug="who-eks-mng-guest"
who("eks_mng", "guest_os")

# %% [markdown] slug="the-name-ecs-did"
"""
The name "ECS" did not move the line. Control of the node did. The last rows of the small table did not move at all: your program and your permissions travel with you.

**And the label of Lambda?** This course files Lambda under FaaS, because you bring only a function. The exam guide lists it under *Serverless* (you see no server), and in a table with only three cloud columns, such as Microsoft's, Lambda lands under PaaS. We accept all three words. **In the exam**, choose the word that is offered. Asked who patches the operating system under a function, answer AWS: under PaaS and under FaaS that row is AWS's, so the label changes nothing.

## Your turn

Some of the services are new to you, so ask first what can be seen and set there. A worked example: "A shop moves its pictures from EC2 to Amazon S3. Who has work in the operating system under them?" You see an address, and no system to log in to. You would type `"aws"`.
"""

# %% slug="questions-moving-line"
questions("moving-line")

# %% slug="moving-line-connect-telephone"
moving_line = {
    "connect-telephone-systems": None,
    "hotel-desktops-updates": None,
    "function-default-backup": None,
    "same-label-first-look": None,
    "move-files-to-efs": None,
    "move-failed-node-to-fargate": None,
}
check(moving_line)

# %% [markdown] slug="with-pandas-a-worked"
"""
### Count the exceptions

A worked example first: the services that leave most domains to the customer alone. `value_counts()` counts how often each value occurs.
"""

# %% slug="matrix-load-matrix-own"
own_domains = matrix[matrix["responsible"] == "customer"]
own_domains["service"].value_counts().head()

# %% [markdown] slug="which-model-has-the"
"""
Now it is your turn: which model has the most exceptions? The rows you need are `matrix[matrix["exception"]]`; the column is `"service_model"`. Replace the `None`, then run the next cell, which is folded, to compare.
"""

# %% slug="exceptions-per-model-none"
exceptions_per_model = None
exceptions_per_model

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="matrix-matrix-exception-service"
matrix[matrix["exception"]]["service_model"].value_counts()

# %% [markdown] slug="paas-comes-first-for"
"""
One model is far ahead. But the table also holds more services of it than of any other, so divide by the number of rows:
"""

# %% slug="share-of-exceptions"
matrix.groupby("service_model")["exception"].mean().round(2).sort_values(ascending=False)

# %% [markdown] slug="a-wide-label"
"""
PaaS stays ahead: it is the widest label. A zero means little where the table holds few services. And these domains break the rule most often:
"""

# %% slug="matrix-matrix-exception-domain"
matrix[matrix["exception"]]["domain"].value_counts().head(3)

# %% [markdown] slug="in-practice-on-monday"
"""
## In practice

Back to the ferry. Here are Ilse's Friday jobs, today on EC2 and after each move:
"""

# %% slug="friday-jobs"
four.loc[list(after_the_move_to_rds)]

# %% [markdown] slug="what-ilse-answers"
"""
She answers job by job. *Patching Linux* ends where a machine goes, and goes on for the ticket program, which stays on EC2. *Updating the database* shrinks: AWS installs, she plans the major versions. *The firewall rule* stays. *The backup* has to be thought out anew for each service. *Removing accounts* stays everywhere.

What a team that plans a move does on Monday:

- **Put `compare("old", "new")` beside the list of recurring jobs.** Mark which end, shrink, stay or come back.
- **Look up encryption, firewall and backup** of the new service before the day of the move. There the label misleads often, and a copy that was automatic may end.
- **Write a name next to each job** that stays or shrinks, with the setting that decides it.

## What this leaves out

- A row can change with a **setting**, such as the update mode of a function or automatic minor upgrades in RDS. `who(..., variant=...)` shows such cells, and lesson 05 meets some of them.
- The table shows each service in its usual form. RDS Custom and EKS Auto Mode, for instance, have columns of their own.
- Cost, skill and the trouble of leaving again also decide a move. The load says nothing about them; lesson 13 is about choosing.

## Sources
"""

# %% slug="sources-clf-c02-objectives"
sources(
    "clf-c02-objectives",
    "clf-c02-exam-guide",
    "aws-shared-responsibility-model",
    "aws-resiliency-model",
    "rds-welcome",
    "rds-security-groups",
    "rds-user-workingwithautomatedbackups",
    "dynamodb-configuration-vulnerability",
    "dynamodb-pitr-current",
    "s3-vulnerability-analysis",
    "lambda-security-configuration",
    "lambda-security-resilience",
    "ecs-security-shared-model",
    "ecs-platform-fargate",
    "eks-managed-node-groups",
    "connect-security-bp",
    "microsoft-shared-responsibility",
)

# %% [markdown] slug="found-a-mistake-report"
"""
Next: [03, Data centres and hardware](03-data-centres-and-hardware.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
