package se.utrop;

import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import se.utrop.access.TokenCommand;
import se.utrop.importing.ImportCommand;

@SpringBootApplication(exclude = DataSourceAutoConfiguration.class)
@ConfigurationPropertiesScan
class UtropApplication {

    public static void main(String[] args) {
        if (args.length == 0 || args[0].startsWith("--")) {
            SpringApplication.run(UtropApplication.class, args);
        } else {
            System.exit(run(args[0], Arrays.asList(args).subList(1, args.length)));
        }
    }

    private static int run(String command, List<String> arguments) {
        return switch (command) {
            case "token" -> TokenCommand.run(arguments);
            case "import" -> ImportCommand.run(UtropApplication.class, arguments);
            default -> misused(command);
        };
    }

    private static int misused(String command) {
        System.err.println("utrop: there is no command " + command);
        System.err.println("usage: java -jar utrop.jar [--setting=value…]");
        System.err.println("       java -jar utrop.jar " + ImportCommand.USAGE);
        System.err.println("       java -jar utrop.jar " + TokenCommand.USAGE);
        return 2;
    }
}
