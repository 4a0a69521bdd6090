"""How good an exported model is on a manifest: one number a task and metric, from what it answers. No torch."""
