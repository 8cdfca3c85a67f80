package dev.lifeboat.restore.deliver;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.restore.contents.Selection.Relation;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What shall be delivered, and where.
 *
 * @param databases empty for all that the dump has, under their own names
 * @param noOwner neither owners nor privileges of the dump: everything belongs to the role that restores
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Delivery(Destination into, List<Wish> databases, boolean noOwner) {

    /**
     * A database, or a part of it.
     *
     * @param name in the dump
     * @param as what it is called on the server, where Lifeboat makes it
     * @param schemas that come whole; empty for none
     * @param tables that come with what belongs to them; with no schemas either, everything comes
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Wish(String name, String as, List<String> schemas, List<Relation> tables) {
        boolean whole() {
            return schemas.isEmpty() && tables.isEmpty();
        }
    }

    /** The words that confirm it, behind {@code restore <cluster> }. */
    public String confirmation() {
        String names = databases.isEmpty()
                ? "all its databases"
                : databases.stream().map(Wish::as).collect(Collectors.joining(", "));
        return "into " + names + " at " + into.named();
    }
}
