package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.ObjectShape.optional;
import static dev.lifeboat.backup.fleet.Values.choice;

import com.fasterxml.jackson.databind.JsonNode;

/** What a declaration says about streamed WAL. */
final class WalShapes {
    /** Less than a few segments is reached by any hiccup. */
    private static final long LEAST_LIMIT = 64L << 20;

    private WalShapes() {}

    static ObjectShape slotGuard() {
        return ObjectShape.of(
                optional("limit", WalShapes::limit), optional("onLimit", choice("alarm", "drop"), "alarm"));
    }

    private static JsonNode limit(JsonNode node, Shape.At at) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= LEAST_LIMIT
                ? node
                : at.mistake(
                        "field.value",
                        "This is no number of bytes that a server may keep for the stream.",
                        LEAST_LIMIT + " or more",
                        Shape.shown(node.asText()),
                        "Write bytes, e.g. 10737418240 for 10 GiB.");
    }
}
