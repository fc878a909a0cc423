## 機器のコードを入力する

device-title = 機器を接続する
device-lead = テレビや家電、アプリの画面に表示されているコードを入力してください。
device-lead-scanned = お手元の機器の画面に、次のコードが表示されているときだけ、先へ進んでください。
device-code = 画面に表示されているコード
device-code-hint = 英字8文字です。大文字と小文字、ハイフンの有無は問いません。例：WDJB-MJHT
device-next = 次へ
device-wrong = このコードの機器が見つかりません。画面のコードをもう一度ご確認ください
device-slow = 違うコードが続けて入力されました
device-slow-text = 安全のため、しばらく受け付けません。{ $when }以降に、機器に新しいコードを表示してから入力してください。

## 接続してよいかを確かめる

device-confirm-title = { $app } を接続しますか
device-compare = 機器の画面に、このコードが表示されていますか
device-compare-text = 表示されていないときは、接続しないでください。
device-warn = 頼まれて入力していませんか
device-warn-text = 電話やメッセージで誰かにコードの入力を頼まれた場合は、接続しないでください。あなたの情報を見られるおそれがあります。
device-unverified-text = このアプリは自動で登録されたもので、提供元を確認していません。心当たりがなければ、接続しないでください。
device-asked-at = 要求した日時
device-asked-from = 要求元
device-from-here = いまお使いのネットワーク
device-from-elsewhere = 別のネットワーク（{ $network }）
device-kind = 機器の種類
device-unknown = 不明な機器
device-wishes = 接続するとできること
device-outlives = ブラウザーでサインアウトしても、接続はつづきます。あとからマイページの「連携アプリ」でいつでも取り消せます。
device-allow = 接続する
device-deny = 接続しない

## 終わったあと

device-allowed-title = 接続しました
device-allowed-text = { $app } の画面に戻ってください。まもなく自動で切り替わります。
device-denied-title = 接続しませんでした
device-denied-text = { $app } には何も渡していません。このページは閉じて構いません。
device-see-apps = 連携アプリを確認する
device-over-title = このコードは使えません
device-over-text = 時間が経ったか、別のブラウザーで入力されたコードです。機器に新しいコードを表示して、もう一度入力してください。
device-again = コードを入力する
