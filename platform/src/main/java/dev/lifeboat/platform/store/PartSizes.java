package dev.lifeboat.platform.store;

import java.util.List;

/**
 * How large each part of an upload is. S3 takes at most 10,000 parts, and the length is not known beforehand: so parts
 * grow, and memory with them, only for objects that need it.
 *
 * @param steps sizes in bytes, each for as many parts as it says
 */
record PartSizes(List<Step> steps) {
    private static final int MIB = 1024 * 1024;

    /** 8 MiB for the first 15 GiB, 32 MiB up to 78 GiB, 64 MiB up to 203 GiB, then 256 MiB; 1.1 TiB is the end. */
    static final PartSizes STANDARD = new PartSizes(List.of(
            new Step(2000, 8 * MIB), new Step(2000, 32 * MIB), new Step(2000, 64 * MIB), new Step(4000, 256 * MIB)));

    /** So many parts of that size. */
    record Step(int parts, int bytes) {}

    PartSizes {
        steps = List.copyOf(steps);
    }

    /** Size of a part, numbered from 1; 0 when there can be none of that number. */
    int sizeOf(int number) {
        int last = 0;
        for (Step step : steps) {
            last += step.parts();
            if (number <= last) {
                return step.bytes();
            }
        }
        return 0;
    }

    /** How many parts of the size of this one may be on their way while another is being filled. */
    int inFlight(int number) {
        return sizeOf(number) <= 32 * MIB ? 2 : 1;
    }
}
