package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.dump.DatabaseFacts.Dumpable;
import dev.lifeboat.schemas.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which databases a dump is of. */
final class Selected {
    private Selected() {}

    /**
     * Those that are wanted, in the order wanted; all when none is named.
     *
     * @throws DumpFailure naming every wanted one that is not there
     */
    static List<Dumpable> from(List<String> wanted, List<Dumpable> there) {
        if (wanted == null || wanted.isEmpty()) {
            return there;
        }
        Map<String, Dumpable> byName = there.stream().collect(Collectors.toMap(Dumpable::name, Function.identity()));
        List<String> absent =
                wanted.stream().filter(name -> !byName.containsKey(name)).toList();
        if (!absent.isEmpty()) {
            throw new DumpFailure(
                    new Failure(
                            "dump.database-unknown",
                            "The server has no such database that accepts connections.",
                            String.join(", ", absent),
                            String.join(", ", byName.keySet().stream().sorted().toList()),
                            "Correct the policy's databases, or leave them out to dump all."),
                    false);
        }
        return new ArrayList<>(wanted.stream().distinct().map(byName::get).toList());
    }
}
