"""Five tasks on nEMO: every way to share and every balancer against single-task twins. See README.md."""
