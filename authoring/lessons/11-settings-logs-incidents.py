# %% [markdown] slug="settings-logs-and-incidents"
"""
# Settings, logs and incidents

A signal is any trace that something has happened, such as a line in a log or an alarm. This lesson asks who enables, who reads, who acts.

## What you will be able to do

- **Follow** a signal through five stations and name the party at each (2.1).
- **Tell** what CloudTrail records unasked from what you must switch on, keep and read (2.2).
- **Choose** the AWS tool that answers a given question about security (2.4).
- **Divide** an incident into AWS's work and yours (2.1).

The number is the task of the exam guide CLF-C02. Plan about 35 minutes.
"""

# %% [markdown] slug="case-ferry-company"
"""
## A concrete case

Farida leads the technology of a coach company. It works in one *Region* of AWS, a group of data centres in one part of the world. Passenger lists lie in Amazon S3, a storage service.

On Friday the bill shows forty large virtual machines in another Region, where the company has nothing. Somebody has used the login of a developer who left. The machines have run for five days. The login has been misused for five months.

The board asks two questions: *What did the stranger do in all this time? Which passenger lists were read?*

Nils from operations is calm. "CloudTrail records everything, and GuardDuty watches for attacks. Both belong to AWS. Had it been serious, they would have called." He writes to the board: "AWS will deliver a full record by Monday."

Should Farida let that message go out? The company is invented; the tools are not.
"""

# %% [markdown] slug="seven-tools"
"""
Seven tools, and the question that each answers:

| tool | question |
|---|---|
| *AWS CloudTrail* | Who made which call to AWS, and when? (A *call* is an order to a service, by click or by program.) |
| *Amazon GuardDuty* | Does anything in these records look like an attack? |
| *AWS Config* | How were my resources set, when did it change, and does it break a rule? |
| *AWS Security Hub* | Which findings do all tools have, and where does my account miss a standard? |
| *AWS Trusted Advisor* | Which general advice of AWS does my account not follow? |
| *AWS Shield* | Is somebody flooding me with traffic? (The attack is called *DDoS*.) |
| *AWS WAF* | Which web requests shall I let in? (A *web application firewall*. Its list of rules is a *web ACL*.) |

A *finding* is one thing that looks wrong to such a tool. (AWS now calls the Security Hub of this table *Security Hub CSPM*; the old name passed to a wider service that builds on it.)

**In the exam**, the question often decides the tool. "Who deleted the bucket?" asks for CloudTrail. "What was the setting in March?" asks for Config.

## Predict first

Six tasks, each with one owner. Replace `None` by `"aws"` or `"customer"`.
"""

# %% slug="prediction-six-tasks"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    load_matrix,
    load_table,
    plot_signal,
    questions,
    readable,
    sources,
    who,
)

tools = ["cloudtrail", "guardduty", "config", "security_hub", "trusted_advisor", "shield", "waf"]

prediction = {
    "record the calls that manage an account": None,
    "switch GuardDuty on in a second Region": None,
    "read the findings of GuardDuty": None,
    "look at the results of Trusted Advisor": None,
    "repair what a check of Security Hub found": None,
    "stop a flood of network packets at the edge": None,
}

# %% [markdown] slug="run-folded-answer-tasks"
"""
The next cell is folded. Run it when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-six-tasks"
signals = plot_signal(*tools).table
places = [
    ("CloudTrail, event history", "produced"),
    ("GuardDuty, findings", "switched on"),
    ("GuardDuty, findings", "read"),
    ("Trusted Advisor, core checks", "read"),
    ("Security Hub, checks", "acted upon"),
    ("Shield Standard, network floods", "acted upon"),
]
answer = signals.loc[places, ["party", "sentence"]].set_index(pd.Index(prediction, name="task"))
answer.insert(0, "you", pd.Series(prediction, dtype=object))
readable(answer)

# %% [markdown] slug="table-three-domains"
"""
## The table

Three domains of the course meet here:

- `service_configuration`: every setting that the customer can change.
- `logging_monitoring`: producing, keeping and reading signals.
- `incident_response`: preparing for, detecting and handling harmful events.

The owners for the seven tools (*shared*: both have work of their own):
"""

# %% slug="owners-of-seven-tools"
three_domains = ["service_configuration", "logging_monitoring", "incident_response"]
compare(*tools).loc[three_domains]

# %% [markdown] slug="pattern-of-owners"
"""
Every tool shows one pattern: the settings are yours, signals and incidents are shared. So the owner alone says little. Read the sentences behind GuardDuty:
"""

# %% slug="guardduty-three-cells"
guardduty = load_matrix().query("service_id == 'guardduty' and domain_id in @three_domains")
readable(guardduty.set_index("domain")[["responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="figure-way-of-a-signal"
"""
## The figure

A signal passes five **stations**. It is *produced*, *switched on*, *kept*, *read* and *acted upon*. A blue circle is AWS's task, an orange square the customer's; two marks mean a part for each.
"""

# %% slug="plot-signal-seven-tools"
plot_signal(*tools)

# %% [markdown] slug="read-the-lines"
"""
Go from left to right and stop at the first square on each line: there the signal waits for you. *No such layer* means that there is no store that anybody could be asked to look after. (Config and Security Hub, too, keep data for a time; the square is for what must last longer.)

At the right edge, almost every line ends at a square. AWS cannot know whether forty new machines are an attack or your summer sale, so as a rule it does not switch them off.

One line stays blue to the end: network floods under Shield Standard.

## Where the rule breaks

"AWS produces, you do the rest" is a first guess.

**1. One tool, several lines.** Read the settings of CloudTrail:
"""

# %% slug="cloudtrail-variants"
variants = load_table("variants").query("domain_id == 'logging_monitoring'")
shown = ["setting", "aws_does", "customer_does"]
trails = variants[variants["service_id"] == "cloudtrail"].set_index("variant_id")
readable(trails[shown])

# %% [markdown] slug="cloudtrail-in-words"
"""
A *management event* is a call that changes or inspects resources, such as starting a machine. CloudTrail records these in each Region from the first day and shows them for a limited time in the **event history**.

For anything longer you create a **trail**, which delivers the events as files to a bucket of yours. How long they stay, and who can delete them, is then your decision.

A *data event* is a call that touches content, such as reading one file in S3. A trail leaves these out unless you select them. What was not selected at the time cannot be had later.

**In the exam**, the recording itself is *AWS's* task, and the trail, the time for which it is kept and the reading are the *customer's*.

**2. Off means off.** GuardDuty is switched on for each Region and account. Where it is off, nothing is analysed:
"""

# %% slug="who-guardduty-not-enabled"
who("guardduty", "logging_monitoring", variant="not_enabled")

# %% [markdown] slug="the-two-floods"
"""
The same holds for the recorder of Config. Security Hub needs that recorder for most of its checks.

**3. Two kinds of flood.** A network flood is a mass of meaningless packets. *Shield Standard* stops the common kinds for every customer, unasked. A flood of web requests looks like guests, only more of them. What stops it depends on you:
"""

# %% slug="shield-layer-seven"
floods = load_table("variants").query("service_id == 'shield' and domain_id == 'incident_response'")
readable(floods.set_index("variant_id")[["setting", "responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="act-in-advance"
"""
*Layer 7* is the layer of web requests; the network and transport layers lie below it. The older option in the first row belongs to *Shield Advanced*, the paid edition.

**4. You can give the order in advance.** With automatic remediation, AWS Config starts a document, a list of repair steps, when a rule is broken. You chose the document, its rights and its limits, so a wrong repair is your error.

**5. Sometimes AWS's own layer is the scene.** A gap in the recording itself is nothing that a trail or a reader can close:
"""

# %% slug="three-incidents"
incidents = load_table("incidents").set_index("incident_id")
cases = ["iamadmin_cloudtrail_2022", "twilio_bucket_2020", "rds_public_snapshots_2022"]
readable(incidents.loc[cases, ["year", "what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="settings-and-defaults"
"""
The first of these rows failed on AWS's side. The other two are about **settings**. A *default* is the value that a setting has until you change it. AWS chooses the default; what stands in your account today is yours. New S3 buckets, for example, come with *Block Public Access* on, a guard against opening them to the world. Once somebody turns it off, AWS does not turn it back on. Settings stay yours on all services that have any:
"""

# %% slug="owners-of-configuration"
matrix = load_matrix()
settings = matrix[matrix["domain_id"] == "service_configuration"]
settings.groupby("responsible")["service"].count()

# %% [markdown] slug="incident-divided"
"""
### An incident, divided

To handle an incident means to prepare, to notice, to contain (stop the harm from spreading) and to restore. Both parties do all of it, each in its own layers. Here are the two parts for a virtual machine:
"""

# %% slug="who-ec2-incident"
who("ec2", "incident_response")

# %% [markdown] slug="inside-an-instance"
"""
An *abuse notice* is a message: AWS tells you that something in your account harms others. Inside the machine AWS reads no log, so there the first station is yours as well:
"""

# %% slug="who-ec2-logging"
who("ec2", "logging_monitoring")

# %% [markdown] slug="misconception-tool-task"
"""
## The misconception and its contrast
"""

# %% slug="misconceptions-of-tools"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M14", "M12"]])

# %% [markdown] slug="smoke-alarm"
"""
A smoke alarm in its box stays silent. On the ceiling it rings, and still nobody has left the house. The maker answers for the alarm; hanging it up and walking out are yours. That is M14.

M12 is the opposite error. You cannot write CloudTrail's records, nor stop a flood in AWS's network.

**And the message to the board?** Farida looks at the settings.

- There is no trail. Event history covers only the later part of the five months. The rest is gone.
- No data events were selected, and S3's own access logs are off. Nobody can say which passenger lists were read.
- GuardDuty was enabled in the home Region only. There a finding about the login had waited for weeks, unread. In the Region of the forty machines nothing was analysed.

Nils was right that AWS records. He was wrong about every station after the first. Farida disables the login, ends its sessions, has the machines isolated and saves what event history still shows. Then she replaces his message: "We can show the recent management calls. We cannot show which lists were read, so we must assume that all were."

## Your turn

A worked example of a question with owner and reason:

> *A bakery has AWS Config, but its recorder is stopped. Who starts it again, and why? a. Config is AWS's service, so AWS keeps it running. b. The recorder is a setting of the account.* The answer is `"customer, b"`.

Where letters are to be chosen, write `"a, c"`; where they are to be ordered, write all: `"b, a, d, c"`.
"""

# %% slug="questions-from-signal-to-act"
questions("from-signal-to-act")

# %% slug="answers-from-signal-to-act"
answers = {
    "iam-brewery-unseen-key": None,
    "service-catalog-who-launched": None,
    "guardduty-printing-house": None,
    "api-gateway-planetarium-request-storm": None,
    "waf-flower-auction-rollout": None,
    "codedeploy-bikes-no-rollback": None,
    "guardduty-findings-of-spring": None,
}

check(answers)

# %% [markdown] slug="small-thing-stations"
"""
### A small thing to do with pandas

Worked example: how often does each party appear at each station?
"""

# %% slug="count-of-stations"
signals = plot_signal(*tools).table
stations = ["produced", "switched on", "kept", "read", "acted upon"]
signals.groupby("station")["party"].value_counts().unstack(fill_value=0).loc[stations]

# %% [markdown] slug="your-line-switches"
"""
Your line: **which signals stay silent until the customer flips a switch?** `signals.xs("switched on", level="station")` gives the rows of one station. Keep those in which `party` is `"customer"`.
"""

# %% slug="silent-until-switched-on"
silent = None  # replace None by one or two lines
silent

# %% [markdown] slug="one-way-switches"
"""
One way to write it is in the next cell, folded. The result is a checklist for a new account.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-switches"
switches = signals.xs("switched on", level="station")
readable(switches.loc[switches["party"] == "customer", ["setting", "sentence"]])

# %% [markdown] slug="in-practice-signals"
"""
## In practice: Monday

- Create one trail for all Regions, into a bucket of a separate account. Turn on log file validation, which shows whether a file was altered. Select data events for the buckets that matter.
- Enable GuardDuty, Config and Security Hub in every Region, also where you run nothing. Forbid the Regions that you do not use.
- Write two names for each tool: who reads it, and who may act at night.
- Set how long each log is kept by your duties, not by the default.
- Practise one incident: disable a login, isolate a machine, keep the evidence.

## What this leaves out

- Amazon Inspector, Macie and Detective: try `plot_signal("inspector")`.
- Contracts under which AWS or a partner reads and acts for you.
- The duty to report a breach to an authority.

## Sources
"""

# %% slug="sources-of-signals"
sources(
    "aws-shared-responsibility-model",
    "cloudtrail-event-history",
    "cloudtrail-best-practices",
    "cloudtrail-data-events",
    "cloudtrail-log-validation",
    "guardduty-setting-up",
    "guardduty-data-sources",
    "guardduty-best-practices",
    "guardduty-suspend-disable",
    "guardduty-remediate",
    "config-recorder",
    "config-retention",
    "config-remediation",
    "security-hub-enable",
    "security-hub-prerequisite-config",
    "security-hub-findings-action",
    "security-hub-best-practices",
    "security-hub-cspm-best-practices",
    "security-hub-data-retention",
    "trusted-advisor-access-2025",
    "trusted-advisor-get-started",
    "shield-standard-summary",
    "shield-responding",
    "shield-manage-resources",
    "shield-monitoring",
    "shield-automatic-layer7",
    "waf-anti-ddos-rule-group",
    "waf-monitoring",
    "waf-testing",
    "waf-best-practices-managed-rules",
    "ec2-monitoring",
    "s3-access-control-block-public-access",
    "cvdb-iamadmin-cloudtrail",
    "testdouble-twilio",
    "thecyberwire-rds-snapshots",
)

# %% [markdown] slug="next-lesson-twelve"
"""
Next: [12, Compliance, people and devices](12-compliance-people-devices.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
