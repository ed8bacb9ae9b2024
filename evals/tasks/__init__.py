"""Evaluation tasks on Inspect AI: what the shipped engine gives, beside plain baselines."""
