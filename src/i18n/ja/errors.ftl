## 入力の誤り

error-summary-title = { $count ->
   *[other] 入力内容を{ $count }か所ご確認ください
}
error-prefix = エラー
reason-required = 入力してください
reason-too-long = 長すぎます。短くして入力してください
reason-too-short = 短すぎます
reason-not-an-email = メールアドレスの形になっていません。例：hanako@example.jp
reason-not-a-date = 日付として読み取れません。例：2026年11月22日は 2026-11-22
reason-in-the-future = 今日より後の日付は入力できません
reason-not-an-url = URLの形になっていません
reason-unknown-choice = 一覧から選んでください
reason-control-characters = 使えない文字が含まれています
reason-not-the-same = 2つの入力が一致しません
reason-wrong-code = コードが正しくないか、期限が切れています
reason-expired = 期限が切れています。もう一度お試しください
reason-other = 入力内容をご確認ください

## エラーのページ

error-code-label = お問い合わせの際は、このコードをお伝えください
error-try-again = もう一度試す
error-to-my-page = マイページへ戻る
error-to-sign-in = サインインへ進む
error-not-found-title = ページが見つかりません
error-not-found-text = アドレスが間違っているか、ページがなくなった可能性があります。
error-forbidden-title = このページは開けません
error-forbidden-text = ご覧いただく権限がありません。別のアカウントでサインインしている場合は、サインインし直してください。
error-expired-form-title = ページの有効期限が切れました
error-expired-form-text = 安全のため、開いたままのページからは送信できません。前のページに戻り、もう一度送信してください。
error-bad-request-title = リクエストを読み取れませんでした
error-bad-request-text = 前のページに戻り、もう一度お試しください。
error-conflict-title = この操作は完了できませんでした
error-conflict-text = 別の操作で内容が変わったようです。最新の状態を確かめて、もう一度お試しください。
error-too-large-title = 送信された内容が大きすぎます
error-too-large-text = 内容を小さくして、もう一度お試しください。
error-too-many-title = 少し時間をおいてください
error-too-many-text = 短い時間に多くの操作がありました。{ $when }以降にもう一度お試しください。
error-busy-title = ただいま混み合っています
error-busy-text = しばらくしてから、もう一度お試しください。入力された内容は登録されていません。
error-fault-title = 申し訳ありません。問題が発生しました
error-fault-text = こちら側の問題です。しばらくしてから、もう一度お試しください。
