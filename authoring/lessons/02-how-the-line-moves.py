# %% [markdown] slug="how-the-line-moves"
"""
# How the line moves

## What you will be able to do

This lesson belongs to CLF-C02 task 2.1, which asks how the customer's part changes with the service and names EC2, RDS and Lambda as its examples. At the end you can

- **sort** a service into one of six models by a deciding question,
- **compare** the owners of a domain before and after a move to another service,
- **find** the rows where a service differs from its model,
- **explain** why two services with the same label can leave you different work.
"""

# %% slug="from-shared-responsibility-import"
from shared_responsibility import (
    check,
    compare,
    customer_load,
    exceptions,
    load_matrix,
    plot_load,
    plot_shift,
    questions,
    shift,
    sources,
    who,
)

# %% [markdown] slug="a-concrete-case-a"
"""
## A concrete case

A ferry company sells its tickets with one program. Program and database run on a virtual machine in Amazon EC2. Every Friday, Ilse patches Linux, updates the database software, checks the firewall rule of the database, starts a backup and removes the accounts of people who have left.

Her plan for next year has three moves. The database goes to Amazon RDS, a managed database. The program that sends reminders becomes a function in AWS Lambda. The telephone line goes to Amazon Connect, a finished contact center.

Her manager reads the plan and asks one thing: "Which Friday jobs can I cross off?"

No single yes or no will do. The answer is different from job to job.
"""

# %% [markdown] slug="predict-first-take-the"
"""
## Predict first

Take the first move only, from EC2 to RDS. On EC2 all five domains below were the company's. (A *domain* is one field of security work.) Who has work to do in each **after** the move: `"aws"`, `"customer"` or `"shared"`? *Shared* means that both act, each at its own layer. *Engine* means the database software itself.

Replace each `None`, then open the answer below. A wrong guess made now helps you to remember.
"""

# %% slug="after-the-move-to"
after_the_move_to_rds = {
    "guest_os": None,  # the operating system under the database
    "runtime_engine": None,  # the database engine
    "network_config": None,  # subnets and the firewall rule
    "backup_recovery": None,  # copies, how long they are kept, restore tests
    "identity_access": None,  # accounts and permissions
}

# %% jupyter={"outputs_hidden": true} slug="answer-compare-ec2-rds"
answer = compare("ec2", "rds").loc[list(after_the_move_to_rds)]
answer.assign(my_guess=list(after_the_move_to_rds.values()))

# %% [markdown] slug="the-manager-may-cross"
"""
So the manager may cross off one job of five. Two become smaller, because AWS takes a part of them. Two stay exactly as they were, although the machine is gone.

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

If two questions get a yes, take the lower row: it is the narrower one. Amazon EBS, the virtual disk of EC2, has no system of its own; it follows EC2.

The figure shows the **default** of each model: the owner to expect before you know the service. Read one row from left to right and look for the place where the owner changes.
"""

# %% slug="plot-shift"
plot_shift()

# %% [markdown] slug="three-bands-hardly-change"
"""
Three bands hardly change. AWS takes the lowest one as soon as you leave your own building. The band *Always shared in the cloud* is shared from then on. The top one stays with you (client devices turn shared in SaaS). In the band *Shifts with the service* lie the rows that move, and they do not all move in the same column.

## Four services side by side

Now real services instead of models. An older example of SaaS, Amazon Chime, ended on 20 February 2026, so Amazon Connect stands in its place.
"""

# %% slug="four-compare-ec2-rds"
four = compare("ec2", "rds", "lambda", "connect")
four

# %% [markdown] slug="read-the-row-backup"
"""
Read the row `backup_recovery`: customer, shared, customer, shared. The line moves away from you and comes back. So count before you say "less work".
"""

# %% slug="four-apply-lambda-owners"
four.apply(lambda owners: owners.value_counts())

# %% [markdown] slug="the-figure-the-load"
"""
## The figure: the load falls, but not to zero

To compare whole models we need one number. The **load** counts 1 for a domain that is the customer's alone and ½ for a shared one. Each bar shows all domains of one model by owner; the line with circles is the load.
"""

# %% slug="plot-load"
plot_load()

# %% [markdown] slug="two-things-to-see"
"""
Two things to see. SaaS still leaves you a part: the last bar has an orange foot. And the step from PaaS to FaaS is flat. Why? Look at the only rows in which the two defaults differ.
"""

# %% slug="defaults-shift-defaults-loc"
defaults = shift()
defaults.loc[defaults["paas"] != defaults["faas"], ["paas", "faas"]]

# %% [markdown] slug="encryption-at-rest-moves"
"""
Encryption at rest moves to AWS: your load falls by half a domain. Backup moves to you: it rises by half a domain. A function is *stateless*, which means that it keeps nothing from one call to the next. There is no store inside it that AWS could copy each night, as it does for RDS. What needs a backup lies elsewhere: your source code, and the tables or files that the function writes.

Leave that one row out and FaaS falls below PaaS:
"""

# %% slug="weight-customer-1-shared"
weight = {"customer": 1, "shared": 0.5, "aws": 0}
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
The same label, another service: Amazon DynamoDB is a database too, and PaaS too.
"""

# %% slug="databases-compare-rds-dynamodb"
databases = compare("rds", "dynamodb")
databases[databases["rds"] != databases["dynamodb"]]

# %% [markdown] slug="this-course-splits-paas"
"""
This course splits PaaS into two families.

- **Managed**: you still see a machine-like thing. An RDS database has an engine version, a maintenance window (the hours for updates), subnets and a security group (its firewall). A part that waits for your choice leaves you work.
- **Abstracted**: you see a table or a bucket and an address to call. DynamoDB and Amazon S3 (file storage) have no engine version and no security group, so AWS takes those rows whole.

Do not conclude that abstracted means less in every row. Look at backup: RDS takes a copy each day unless you set the time for keeping it to zero; DynamoDB takes none until you ask.
"""

# %% slug="who-dynamodb-backup-recovery"
who("dynamodb", "backup_recovery")

# %% [markdown] slug="the-misconception-and-its"
"""
## The misconception and its contrast

"It is a container service, so AWS patches the servers." The label seems to decide. Compare three ways to run the same container, two with Amazon ECS and one with Amazon EKS, the Kubernetes service. Each has a *control plane*, the software that decides which container runs where, and AWS runs that. The *nodes*, the servers below the containers, differ.
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
The name "ECS" did not move the line. Ownership of the node did. The bottom two rows of the small table did not move at all: your program and your permissions travel with you.

**And the label of Lambda?** This course files Lambda under FaaS, because you bring only a function. The exam guide lists it under *Serverless* (you see no server), and in a table with only three cloud columns, such as Microsoft's, Lambda lands under PaaS. We accept all three words. In the exam, choose the word that is offered. Asked who patches the operating system under a function, answer AWS: under PaaS and under FaaS that row is AWS's, so the label changes nothing.

## Your turn

Six questions. The services are partly new to you. Ask first what can be seen and set there.
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
**With pandas.** A worked example first. `value_counts()` counts how often each value occurs. Here: the ten services that leave most domains to the customer alone. (Tools such as Cost Explorer hold no workload, so they are left out.)
"""

# %% slug="matrix-load-matrix-own"
matrix = load_matrix().query("role == 'workload'")
own_domains = matrix[matrix["responsible"] == "customer"]
own_domains["service"].value_counts().head(10)

# %% [markdown] slug="which-model-has-the"
"""
Which model has the most exceptions? The rows you need are `matrix[matrix["exception"]]`; the column is `"service_model"`. Replace the `None`, then open the next cell to compare.
"""

# %% slug="exceptions-per-model-none"
exceptions_per_model = None
exceptions_per_model

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="matrix-matrix-exception-service"
matrix[matrix["exception"]]["service_model"].value_counts()

# %% [markdown] slug="paas-comes-first-for"
"""
One model is far ahead. But a count is not a rate: the table holds more services of that model than of any other. So divide by the number of rows. Here is the share of rows in which a service leaves the default of its model:
"""

# %% slug="share-of-exceptions"
matrix.groupby("service_model")["exception"].mean().round(2).sort_values(ascending=False)

# %% [markdown] slug="a-wide-label"
"""
PaaS stays ahead: it is the widest label, from a database with an engine version to a queue that is only an address. A model with few services in the table can stand at zero by chance; that is too little to call it a law.

The same method shows which domains break the rule most often:
"""

# %% slug="matrix-matrix-exception-domain"
matrix[matrix["exception"]]["domain"].value_counts().head(3)

# %% [markdown] slug="in-practice-on-monday"
"""
## In practice

On Monday a team that plans a move can

- write its list of recurring jobs and put `compare("old", "new")` beside it: which jobs end, split, stay or return;
- look up encryption, firewall and backup of the new service before the day of the move, because there the label misleads most often, and a copy that was automatic may end;
- write a name next to each job that stays or splits, with the setting that decides it.

## What this leaves out

- A row can change with a **setting**, such as the update mode of a function or automatic minor upgrades in RDS. `who(..., variant=...)` shows such cells, and the next lesson meets some of them.
- The table shows each service in its usual form. RDS Custom and EKS Auto Mode, for instance, move the line again.
- Cost, skill and lock-in also decide a move. The load says nothing about them.

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
    "s3-vulnerability-analysis",
    "lambda-security-configuration",
    "lambda-security-resilience",
    "ecs-security-shared-model",
    "ecs-platform-fargate",
    "eks-managed-node-groups",
    "connect-security-bp",
    "chime-end-of-support",
    "microsoft-shared-responsibility",
)

# %% [markdown] slug="found-a-mistake-report"
"""
Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).

Next: [Operating systems and patching](05-operating-systems-and-patching.ipynb)
"""
