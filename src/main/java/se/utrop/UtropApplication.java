package se.utrop;

import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.graphql.autoconfigure.observation.GraphQlObservationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.task.TaskExecutorMetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.PersistenceExceptionTranslationAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcInitializationAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import se.utrop.access.TokenCommand;
import se.utrop.importing.ImportCommand;

@SpringBootApplication(
        exclude = {
            // It would observe every field that is fetched.
            GraphQlObservationAutoConfiguration.class,
            // These would look at every bean in vain, for methods to put a proxy before.
            AopAutoConfiguration.class,
            PersistenceExceptionTranslationAutoConfiguration.class,
            TransactionAutoConfiguration.class,
            R2dbcTransactionManagerAutoConfiguration.class,
            // Nothing here waits for JDBC, or blocks in a pool of threads.
            DataSourceAutoConfiguration.class,
            DataSourceTransactionManagerAutoConfiguration.class,
            R2dbcInitializationAutoConfiguration.class,
            TaskExecutionAutoConfiguration.class,
            TaskExecutorMetricsAutoConfiguration.class,
            TaskSchedulingAutoConfiguration.class,
            ScheduledTasksObservationAutoConfiguration.class
        })
@ConfigurationPropertiesScan
class UtropApplication {

    public static void main(String[] args) {
        // Nothing here is written as a locale would have it, and Spring and Jackson list all thousand at each start.
        System.setProperty("java.locale.providers", "SPI");
        if (args.length == 0 || args[0].startsWith("--")) {
            SpringApplication.run(UtropApplication.class, args);
        } else {
            System.exit(run(args[0], Arrays.asList(args).subList(1, args.length)));
        }
    }

    /** Settings are known by a point in their names: the others are the command's own words and options. */
    private static int run(String command, List<String> arguments) {
        List<String> settings =
                arguments.stream().filter(UtropApplication::isSetting).toList();
        List<String> words =
                arguments.stream().filter(argument -> !isSetting(argument)).toList();
        return switch (command) {
            case "token" -> TokenCommand.run(words, settings);
            case "import" -> ImportCommand.run(UtropApplication.class, words, settings);
            default -> misused(command);
        };
    }

    private static boolean isSetting(String argument) {
        return argument.matches("--[\\w-]+(\\.[\\w\\[\\]-]+)+=.*");
    }

    private static int misused(String command) {
        System.err.println("utrop: there is no command " + command);
        System.err.println("usage: java -jar utrop.jar [--setting=value…]");
        System.err.println("       java -jar utrop.jar " + ImportCommand.USAGE);
        System.err.println("       java -jar utrop.jar " + TokenCommand.USAGE);
        return 2;
    }
}
