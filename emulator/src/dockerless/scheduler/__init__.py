"""EventBridge Scheduler for LocalStack: schedules that fire."""
