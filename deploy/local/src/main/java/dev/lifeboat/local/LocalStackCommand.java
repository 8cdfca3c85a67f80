package dev.lifeboat.local;

import dev.lifeboat.local.stack.LocalStackCommands;
import picocli.CommandLine;

/** The command line of the local stack. */
public final class LocalStackCommand {
    private LocalStackCommand() {}

    /** Exits 0 when all went well, 1 when it did not, 2 when the command line is wrong. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LocalStackCommands(System.out))
                .setExecutionExceptionHandler(LocalStackCommands::explain)
                .execute(arguments));
    }
}
