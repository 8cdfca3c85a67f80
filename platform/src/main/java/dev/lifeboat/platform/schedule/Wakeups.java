package dev.lifeboat.platform.schedule;

import java.time.Duration;

/**
 * Wakes some instance of this service at some time. A wake-up is a hint, not a promise of exclusive work: it may come
 * twice, late, or (after a crash at the wrong moment) not at all; whoever is woken looks at its own rows and decides.
 */
public interface Wakeups {

    /**
     * Sets the one wake-up of this group and name, in the transaction of this thread: it is there if that commits.
     *
     * @param delay from now; zero or less means at once
     */
    void in(String group, String name, Duration delay);

    /** Takes the wake-up of this group and name away, in the transaction of this thread. */
    void none(String group, String name);
}
