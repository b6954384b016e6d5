# %% [markdown] slug="post-mortems"
"""
# Post-mortems

A *post-mortem* is the paper that a team writes after something went wrong. This lesson is about its most important line: whose duty it was, and what happens next.

## What you will be able to do

- **Decide** for a real incident whose duty was called for: AWS's, the customer's or both (2.1).
- **Defend** the decision with one fact from the report and one row of the matrix (2.1).
- **Judge** what a source can prove, by who wrote it (2.2).
- **Write** a line that names the domain, the owner, the control that failed and the first action (2.1).

The numbers are tasks of the exam guide CLF-C02. Plan about 40 minutes.
"""

# %% [markdown] slug="case-two-drafts"
"""
## A concrete case

A chain of opticians keeps its appointments in *Amazon RDS*, a database that AWS runs. At noon a journalist calls. She has read nine hundred names with the strength of their glasses. They came from a *snapshot*, a copy of the database at one moment, and the snapshot was public.

The board meets at four. Two drafts lie on the table.

- Tomas, who runs the computers: "The managed database of AWS has leaked our data. AWS must improve."
- Greta, who looks after compliance: "An employee of ours has made a mistake. He has been spoken to."

The opticians are invented, public snapshots are not. Which draft goes to the board?

## Predict first

Six real incidents, most from earlier lessons. Read what happened; the verdict is left out.
"""

# %% slug="read-six-incidents"
import pandas as pd

from shared_responsibility import (
    check,
    load_table,
    plot_incidents,
    questions,
    readable,
    sources,
    who,
)

incidents = load_table("incidents").set_index("incident_id")
six = incidents.loc[
    [
        "kinesis_us_east_1_2020",
        "tesla_kubernetes_2018",
        "ecs_agent_2025",
        "rds_log_fdw_2022",
        "rds_public_snapshots_2022",
        "rds_certificates_2020",
    ]
]
readable(six[["title", "what_happened"]])

# %% [markdown] slug="words-of-the-six"
"""
*Kinesis* carries streams of data. *Kubernetes* spreads containers, which are packed programs, over machines. The *ECS agent* is a helper that AWS writes and that runs on the machines under containers. An *extension* adds an ability to a database. A *certificate authority* vouches for certificates, by which a program recognises the server that it talks to.

Whose duty was called for? Replace each `None` by `"aws"`, `"customer"` or `"shared"` (each side had a duty of its own). Guess where you do not know.
"""

# %% slug="your-six-verdicts"
verdict = {
    "kinesis_us_east_1_2020": None,
    "tesla_kubernetes_2018": None,
    "ecs_agent_2025": None,
    "rds_log_fdw_2022": None,
    "rds_public_snapshots_2022": None,
    "rds_certificates_2020": None,
}

# %% [markdown] slug="run-the-folded-verdicts"
"""
Run the next, folded cell when you are ready. `failed_side` means: whose duty was called for.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-six-verdicts"
seen = six[["failed_side", "domain_ids", "lesson"]].copy()
seen.insert(0, "you", pd.Series(verdict, dtype=object))
readable(seen)

# %% [markdown] slug="three-on-one-service"
"""
Two lie on each side. The last three are all about RDS, and no two of them agree. So the name of a service is not a verdict.

## The table: from a story to a verdict

Ask four questions, in this order.

1. **What act was missing or wrong?** Not "data leaked" but "a snapshot was set to public".
2. **In which domain does it lie?** A *domain* is one area of security work.
3. **Who could have done it?** The matrix says so. Where you have no way in, it is not yours.
4. **What would prove me wrong?** Look for that sentence before somebody else does.

Here are the domains of the three cases on RDS in the matrix:
"""

# %% slug="rds-rows-of-three-cases"
pairs = [("rds", "service_configuration"), ("rds", "runtime_engine"), ("rds", "data_in_transit")]
cells = [who(service, domain) for service, domain in pairs]
readable(pd.DataFrame(
    [[cell.domain, cell.responsible, cell.aws_does, cell.customer_does] for cell in cells],
    columns=["domain", "owner", "AWS does", "customer does"],
).set_index("domain"))

# %% [markdown] slug="defend-three-cases"
"""
**Public snapshots: the customer.** The act is a setting, snapshot sharing, and the first row names it among the customer's tasks. What would prove this wrong? A sentence that AWS shared snapshots by itself. The report has none.

**log_fdw: AWS.** The act is a repair in an extension that AWS builds into the engine. The second row says `shared`, because it speaks of the whole domain, versions included. The incident is *one task* in it, and a task has one owner. What would prove this wrong? A step for customers. The entry says that none is required.

**Certificates: both.** Two acts in one domain. AWS had to issue a new authority in time, and did. The customer had to rotate the instance, which means to give it a new certificate, and to teach its programs to trust the new authority. If a program stopped, the second act was missing.

And who wrote each report?
"""

# %% slug="sources-of-six"
register = load_table("sources").set_index("source_id")
evidence = six.join(register[["publisher", "section"]], on="source_id")
readable(evidence[["publisher", "section"]])

# %% [markdown] slug="weigh-a-source"
"""
Weigh a source by its author. A party that writes about itself, as AWS does on its certificates, is strong where it admits something. A *finder* knows what was possible, and less about who was harmed. A newspaper is often thin on the cause. Where all are silent, write "not known".

## The figure

All incidents of the course. A square means that AWS's duty was called for, a round dot the customer's, a diamond in two colours both.
"""

# %% slug="plot-incidents"
plot_incidents()

# %% [markdown] slug="read-the-figure"
"""
Follow it from the top left to the bottom right. The *service platform*, the software of the service itself, holds most of the squares. *Identity and access* and *configuration of the service* hold most of the round dots. Much of the dispute lies in the middle, where the owner depends on the service.

## Where the rule breaks

**1. Position is a hint, not a proof.** In the column of the operating system, find the square of Kinesis and the round dots of Amazon Linux 2 and Beanstalk. One domain, two owners, because the services differ:
"""

# %% slug="who-kinesis-guest-os"
who("kinesis", "guest_os")

# %% [markdown] slug="one-column-two-owners"
"""
No customer can log in below a stream, so a limit of that operating system was AWS's to know.

**2. One incident, two tasks.** The matrix gives the ECS agent on your own machines to you:
"""

# %% slug="who-ecs-ec2-runtime-engine"
who("ecs_ec2", "runtime_engine")

# %% [markdown] slug="agent-two-tasks"
"""
Still, the incident counts as both. AWS had to mend the program, because it writes it. The customer had to install the new version or to block the port, the numbered door through which others reach the agent. The row says who keeps machines up to date, not who writes the repair.

**3. An incident need not be a fault.** Before the Xen flaw became known, AWS's duty was called for *and done*.

**4. Some verdicts stay open to debate.** The record of Capital One says so itself:
"""

# %% slug="capital-one-debate"
readable(incidents.loc[["capital_one_2019"], ["what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="figure-is-no-statistic"
"""
Whose duty it was and whether a default was safe enough are two questions. A good post-mortem gives each a line.

**5. The figure is no statistic.** We chose these incidents to teach, so the counts do not tell how often a side fails. The pattern is partly our own, too: we named the domains *while* we judged the side. An empty column means that our list has no such case.

**In the exam**, look for the missing act, not for the harm. A public bucket, an open port or a leaked key takes *customer*. A hypervisor, a power supply or the software of a managed service takes *AWS*.

## The misconception and its contrast

Reviews have two reflexes. One gives all to the provider, the other all to oneself:
"""

# %% slug="beliefs-m02-and-m12"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M02", "M12"]])

# %% [markdown] slug="both-reflexes-cost"
"""
Tomas has the first reflex. The second looks modest, and it costs as much: a team that "takes responsibility" for AWS's platform plans work that it cannot do.

## The line

A post-mortem line has four parts.

| part | good | useless |
|---|---|---|
| domain | configuration of the service | "the cloud" |
| owner | customer, database team | "AWS", by reflex; a person's name |
| failed control | no check told us that a snapshot was public | "human error" |
| first action | set all snapshots to private today, list the rest by Friday | "raise awareness" |

A *control* is a measure that should have stopped it. The owner is a party, and on your own side a team. A name ends the search too early: the next person will slip on the same step. The first action has a verb, an object and a day, and **whoever writes the line can do it**. Where the owner is AWS, your line still ends with an act of yours.

Two worked lines:
"""

# %% slug="worked-lines"
lines = [
    {
        "incident": "rds_public_snapshots_2022",
        "domain": "service_configuration",
        "owner": "customer: database team",
        "failed control": "No check told anyone that a snapshot was public.",
        "first action": "Today: list public snapshots in every account and Region, make them private.",
    },
    {
        "incident": "kinesis_us_east_1_2020",
        "domain": "service_platform",
        "owner": "AWS",
        "failed control": "AWS: a limit was not seen before servers were added. Ours: all alarms came "
        "through one service in one Region.",
        "first action": "By Friday: add one probe from outside that needs neither this Region nor CloudWatch.",
    },
]
readable(pd.DataFrame(lines).set_index("incident"))

# %% [markdown] slug="second-line-has-two"
"""
The second line, from a company whose alarms were silent, names AWS's control and one of its own. (CloudWatch is the service for alarms. A *probe* is a program that asks from outside: are you still there?)

**Write one yourself**, for Tesla. Fill in the four `None`.
"""

# %% slug="my-line-tesla"
my_line = {
    "incident": "tesla_kubernetes_2018",
    "domain": None,
    "owner": None,
    "failed control": None,
    "first action": None,
}
readable(pd.DataFrame([my_line]).set_index("incident"))

# %% [markdown] slug="one-way-tesla"
"""
<details><summary>One way to write it</summary>

Domain: `identity_access`, and `network_config` beside it. Owner: customer, platform team. Failed control: nothing asked for a password at the console, and nothing kept strangers from reaching it. First action, within the hour: close the console to the internet and replace every key that lay behind it.

If your first action begins with "find out who", it is not yet a first action.

</details>

## Your turn

A worked example: "A hotel's keys lay in a public code store. Who takes them back, and why? a) AWS runs the key service; b) only the hotel knows which keys it gave to whom." The act is to withdraw a key of the hotel's account: you type `"customer, b"`. Where a question says *choose all*, type every letter that holds, such as `"a, c"`.
"""

# %% slug="questions-whose-side"
questions("whose-side")

# %% slug="answers-whose-side"
whose_side = {
    "cloudwatch-silent-alarms": None,
    "s3-web-agency-trial": None,
    "codebuild-dairy-copied-key": None,  # owner and reason
    "comprehend-complaint-letters": None,  # every letter that holds
    "beanstalk-brass-band-api-fault": None,  # owner and reason
    "managed-services-tram-night-alarm": None,
}

check(whose_side)

# %% [markdown] slug="small-thing-contested"
"""
### A small thing to do with pandas

Worked example: how often does each domain occur on each side? `explode` gives every domain of an incident a line of its own.
"""

# %% slug="domains-by-side"
touched = incidents.assign(domain_id=incidents["domain_ids"].str.split(" ")).explode("domain_id")
by_side = touched.groupby(["domain_id", "failed_side"]).size().unstack(fill_value=0)
by_side

# %% [markdown] slug="your-line-contested"
"""
Your line: which domains occur in more than one column? There a verdict needs the closest reading. Hint: `(by_side > 0).sum(axis=1)` counts the columns that are not zero.
"""

# %% slug="contested-none"
contested = None  # replace None by one line

contested

# %% [markdown] slug="one-way-contested-next"
"""
One way to write it is in the next cell, folded.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-contested"
by_side[(by_side > 0).sum(axis=1) > 1]

# %% [markdown] slug="case-settled-four-oclock"
"""
## Four o'clock

Neither draft goes. Tomas names the wrong party: RDS did what its setting said. Greta names the right party and stops at a person. This goes to the board:

> *Domain: configuration of the service. Owner: we, the database team. Failed control: no check told us that a snapshot was public. First action: the snapshot is private since 12.40; by tomorrow noon all accounts and Regions are searched. Copies that others have made cannot be called back, so we treat the nine hundred as known.*

Nobody is named, and everybody knows what to do.

## In practice: Monday

- Write the line of your last incident. If a part stays empty, the review is not finished.
- Under each line, write what would prove it wrong.
- Where AWS is the owner, add what your own design does next time.
- Keep the lines in one table and count the domains after a year. Work first where most lines are.

## What this leaves out

- Law and contract: who must tell whom, by when, and who pays.
- The first hour of an incident, which lesson 11 touches.
- An incident with several causes. Each gets a line.

## Sources
"""

# %% slug="sources-of-post-mortems"
sources(
    "aws-shared-responsibility-model",
    "zdnet-kinesis-2020",
    "domain-b-tesla",
    "cvdb-ecs-agent",
    "cvdb-rds-log-fdw",
    "thecyberwire-rds-snapshots",
    "aws-rds-certificates-2020",
    "aws-ec2-maintenance-update-2",
    "dandodiary-capital-one",
    "phylax-amazon-linux-2",
    "elastic-beanstalk-al1-retirement-faq",
)

# %% [markdown] slug="next-lesson-15"
"""
Next: [15, Other clouds and the exam](15-other-clouds-and-exam.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
