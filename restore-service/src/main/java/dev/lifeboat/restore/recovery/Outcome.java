package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lifeboat.schemas.Failure;
import java.util.Objects;

/** What a recovery is going to end as, decided before its sandbox is torn down. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "as")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.CarriedOut.class, name = "completed"),
    @JsonSubTypes.Type(value = Outcome.NotCarriedOut.class, name = "failed"),
    @JsonSubTypes.Type(value = Outcome.CalledOff.class, name = "cancelled")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Outcome {

    /**
     * The rehearsal was carried out, whatever it showed.
     *
     * @param shown what did not restore, start or reach its target; null when a server came up. The verdict is the
     *     verifier's
     */
    record CarriedOut(Failure shown) implements Outcome {}

    /** The rehearsal could not be carried out: no store, no room, our own fault. Says nothing about the backup. */
    record NotCarriedOut(Failure cause) implements Outcome {
        public NotCarriedOut {
            Objects.requireNonNull(cause, "a failed recovery carries its cause");
        }
    }

    /** Somebody called it off, or its deadline passed. */
    record CalledOff(Failure cause) implements Outcome {
        public CalledOff {
            Objects.requireNonNull(cause, "a cancelled recovery says by whom");
        }
    }

    /** What there is to say about it; null when all went well. */
    default Failure failure() {
        return switch (this) {
            case CarriedOut(Failure shown) -> shown;
            case NotCarriedOut(Failure cause) -> cause;
            case CalledOff(Failure cause) -> cause;
        };
    }
}
