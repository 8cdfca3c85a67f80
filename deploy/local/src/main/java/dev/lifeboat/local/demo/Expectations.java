package dev.lifeboat.local.demo;

import java.util.ArrayList;
import java.util.List;

/** What has to hold; what does not is told at once and counted. */
final class Expectations {
    private final Teller teller;
    private final List<String> broken = new ArrayList<>();

    Expectations(Teller teller) {
        this.teller = teller;
    }

    void expect(boolean holds, String what) {
        if (holds) {
            teller.good(what);
        } else {
            teller.bad(what);
            broken.add(what);
        }
    }

    /** What did not hold. */
    List<String> broken() {
        return List.copyOf(broken);
    }
}
