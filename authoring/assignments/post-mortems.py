# %% [markdown] slug="post-mortems"
"""
# Post-mortems: what the records prove

*This notebook is made from `authoring/assignments/post-mortems.py` and the tables in `data/` by `srm build`. Change those, not this file.*

On Monday a board asks: what happened, whose duty was it, how do you know, and what do we do now? You have no witness. You have records. Here are six *dossiers*, each with the records of one incident. For each of them you answer four questions.

| exercise | you hand in | points |
|---|---|---|
| dossiers 1, 3, 4 and 5 | owner 0.5, failed control 0.75, evidence 1, first action 0.5 | 4 × 2.75 |
| dossiers 2 and 6 | owner 0.5, failed control 0.75, evidence 1.25, first action 0.5 | 2 × 3 |
| a note to management | 120 to 180 words, graded by a person | 3 |

Plan about six minutes for reading a dossier, three for its questions, and twenty for the note.

**How to answer.** Under each set of questions is a dictionary with the ids of the questions. Replace each `None` by a word in quotes, such as `"customer"` or `"b"`. For the evidence, name the lines with commas between them, such as `"l03, l12"`. The cell with `hand_in(...)` tells you whether the *form* is complete. It does not tell you what is right.

**Everything is invented**: companies, numbers and faults. The services behave as their guides say, but no fault of AWS in these files has happened.
"""

# %% slug="post-mortems-import"
from shared_responsibility import check, dossier, hand_in, who

# %% [markdown] slug="post-mortems-rules"
"""
## What counts as failed, and what counts as proof

A dossier has three parts. *Trail events* tell who called what: AWS CloudTrail writes them. *Configuration* tells how things were set. *Notices, logs and messages* come from AWS, from programs and from people.

**A party failed** if three things hold. It had to carry a control. The control was missing or wrong. With it, the harm in the file would have been smaller. Where this holds for AWS and for the customer, each with a control of its own, the owner is `shared`.

- A setting that nobody had to choose is no failure.
- A control that would have changed nothing is no failure here either.

**A line proves** if it shows an act, or a missing act, of the party that failed. Take no other lines, even if they are true:

| such a line | proves nothing about the owner, because |
|---|---|
| shows only harm: an error, a complaint, a number | harm falls on somebody, whoever was at fault |
| shows a setting that is right | it clears one side, and does not accuse the other |
| says "we are investigating" | it is a beginning, not a finding |
| fits the day but not the place, or the reverse | it belongs to another matter |

Every right line earns a part of the points. Every wrong line takes a part away. So to name all lines earns little.

**The first action** is one that the customer's own team can take at the hour at which the file closes.

## A worked example

A choir keeps its letters in a bucket of Amazon S3. On 3 May a singer finds one of them in a search engine. The file closes on that day at noon.

| line | part | record |
|---|---|---|
| `l01` | trail | 2026-04-29T18:02:11Z eventName=PutBucketPublicAccessBlock user=assumed-role/WebTeam/kai bucketName=choir-letters blockPublicPolicy=false restrictPublicBuckets=false |
| `l02` | trail | 2026-04-29T18:04:55Z eventName=PutBucketPolicy user=assumed-role/WebTeam/kai bucketName=choir-letters Effect=Allow Principal=* Action=s3:GetObject |
| `l03` | configuration | Bucket choir-letters: SSEAlgorithm=AES256, Versioning=Enabled |
| `l04` | status | Search engine, 2026-05-03: 40 letters listed |

- **Owner**: `"customer"`. New buckets are private. A role of the choir switched the block off and allowed everybody to read.
- **Evidence**: `"l01, l02"`. Both are acts of the choir. `l03` is a right setting. Encryption does not stop a reader whom the policy lets in. `l04` is the harm.
- **First action**: switch the block on again. The question whether somebody should speak with Kai can wait.

You may look things up: `who("s3", "service_configuration")` prints a row of the table.
"""

# %% [markdown] slug="dossier-1-words"
"""
## Dossier 1: the map archive

*Words.* *KMS* keeps keys and uses them on request. A *customer managed key* is one that a customer has made and governs by a *key policy*. A key is not deleted at once: it is *pending deletion* for some days. *EventBridge* passes events on, for example to people on call.
"""

# %% slug="dossier-1-file"
dossier("map-archive")

# %% exercise="dossier-1-map-archive" slug="dossier-1-answer"

# %% [markdown] slug="dossier-2-words"
"""
## Dossier 2: the ferry tickets

*Words.* *Multi-AZ* means that RDS keeps a second copy of the database ready in another zone, the *standby*. A *failover* is the switch to it. The database keeps its name, its *endpoint*, but the name leads to another address after that. A *unit* tells a Linux server how to start a program and how often to try again.
"""

# %% slug="dossier-2-file"
dossier("ferry-tickets")

# %% exercise="dossier-2-ferry-tickets" slug="dossier-2-answer"

# %% [markdown] slug="dossier-3-words"
"""
## Dossier 3: the bakery orders

*Words.* The *handler* is the code of a function. The *runtime* is what runs it: the language with its libraries, from AWS. Its *update mode* says when a function gets a new runtime version: automatic, with each change of the function, or manual. `INIT_START` is a log line that names the version in use. A *queue* keeps messages until somebody takes them; after a failed try they go to a second queue, here `orders-dead`.
"""

# %% slug="dossier-3-file"
dossier("bakery-orders")

# %% exercise="dossier-3-bakery-orders" slug="dossier-3-answer"

# %% [markdown] slug="dossier-4-words"
"""
## Dossier 4: the clinic records

*Words.* A *trail* stores events in a bucket. *Management events* tell of changes, such as a new user. *Data events* tell who read or wrote an object; a trail records them when somebody selects them. A *digest file* lists the log files of an hour, so that `validate-logs` can see whether one was changed. *Server access logs* are another record of requests, written by S3. Not every request has to be in it. A *lifecycle* rule moves or deletes objects after some days.
"""

# %% slug="dossier-4-file"
dossier("clinic-records")

# %% exercise="dossier-4-clinic-records" slug="dossier-4-answer"

# %% [markdown] slug="dossier-5-words"
"""
## Dossier 5: the auction house

*Words.* A *security group* lists who may reach a machine, and on which *port*; `0.0.0.0/0` means every address. Port 6379 is that of Redis. *GuardDuty* looks for signs of attack and writes *findings*. An *SNS topic* sends messages to all who have subscribed to it.
"""

# %% slug="dossier-5-file"
dossier("auction-house")

# %% exercise="dossier-5-auction-house" slug="dossier-5-answer"

# %% [markdown] slug="dossier-6-words"
"""
## Dossier 6: the seed library

*Words.* A *volume* is a disk of an EC2 instance and lies in one zone. A *snapshot* is a copy of a volume at one moment. A *lifecycle policy* of snapshots, kept by the service `dlm`, makes them on a schedule. A zone has a name in your account, such as eu-west-1b, and an id that is the same for all, such as euw1-az2.
"""

# %% slug="dossier-6-file"
dossier("seed-library")

# %% exercise="dossier-6-seed-library" slug="dossier-6-answer"

# %% [markdown] slug="ask-note-to-management"
"""
## A note to management

Choose one dossier. Write a note to the management of that company, in **120 to 180 words**. Your readers have no technical training, they have three minutes, and they decide about money. So leave out the names of calls and fields, or say in plain words what they are.

A person grades it, with three criteria of one point each:

| criterion | 1 point | 0.5 points | 0 points |
|---|---|---|---|
| **Verdict and proof** | names the party or parties that failed, the control, and what in the records proves it (line numbers in brackets are welcome) | party and control are right, the proof is missing or does not fit; or one of two parties is missing | a wrong party, or a person instead of a party |
| **Harm and limits** | says what was lost for whom, and what is not known or still open | says one of the two | says neither, or claims what the file does not show |
| **Next steps** | the first action, and one step against a repetition; each has an owner on the company's side and a day or an hour | one of the two steps is missing, or owner or time is missing | only wishes ("be more careful"), or steps that only AWS could take |

A note of under 100 or over 200 words loses half a point. Spelling and style cost nothing as long as the note can be understood.

Replace the text in the next cell. If you leave it as it is, it earns 0.
"""

# %% [markdown] exercise="note-to-management" slug="note-to-management-cell"
"""
*Replace this text by your note. Begin with the name of the dossier.*
"""

# %% [markdown] slug="post-mortems-end"
"""
## Before you hand in

- Run all cells once more from the top: menu *Run*, then *Restart Kernel and Run All Cells*.
- Each message below a dossier should say that all questions are answered.
- Count the words of your note.
- Save the notebook. Then hand it in as your instructor told you: *Submit* in the list of assignments, or send this one file.

Do you learn alone? Add a cell with `check(dossier_1_map_archive)` to see why each answer is right or not. Compare your note with the table of criteria, or let a friend do it.

Found a mistake in a dossier? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
