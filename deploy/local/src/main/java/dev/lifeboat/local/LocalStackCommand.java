package dev.lifeboat.local;

/** Placeholder until the stack's command is there. */
public final class LocalStackCommand {
    private LocalStackCommand() {}
}
