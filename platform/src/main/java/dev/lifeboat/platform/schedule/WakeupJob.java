package dev.lifeboat.platform.schedule;

import io.quarkus.arc.All;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.List;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;

/** The only job that Quartz knows: tells the target of its group. */
@Dependent
@Unremovable
public class WakeupJob implements Job {
    private final List<WakeupTarget> targets;

    /** A job that reaches these targets. */
    @Inject
    public WakeupJob(@All List<WakeupTarget> targets) {
        this.targets = targets;
    }

    @Override
    public void execute(JobExecutionContext context) {
        JobKey key = context.getJobDetail().getKey();
        targets.stream()
                .filter(target -> target.group().equals(key.getGroup()))
                .forEach(target -> target.woken(key.getName()));
    }
}
