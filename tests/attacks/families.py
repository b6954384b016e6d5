"""Importing this module gathers every family."""

from attacks import (
    cell_structure,
    crashes,
    feedback_pages,
    file_formats,
    files,
    forged_answers,
    lab_account,
    network,
    packaging,
    resources,
    score_machinery,
    secrets_of_others,
    stealing,
)

MODULES = (
    resources, crashes, files, secrets_of_others, network, stealing, score_machinery,
    forged_answers, cell_structure, file_formats, packaging, lab_account, feedback_pages,
)  # fmt: skip
