package dev.lifeboat.schemas.verification;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a check or a run came to. "Could not check" is {@link #INCONCLUSIVE}, never passed. */
public enum Verdict {
    @JsonProperty("passed")
    PASSED,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("inconclusive")
    INCONCLUSIVE,
    /** Only for a check, with a reason: there is nothing that it could look at. */
    @JsonProperty("not-applicable")
    NOT_APPLICABLE
}
